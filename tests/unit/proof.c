#include <config.h>

#include "../../nqsupd/proof.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../nqsupd/package.h"
#include "unit.h"

struct place_row {
	const char	*path;
	const char	*place;
};

static const struct place_row places[] = {
	{ "/usr/lib/nqs/patch/13.1.1/nqsdaemon", "/usr/lib/nqs/nqsdaemon" },
	{ "/usr/lib/nqs/patch/13.1.1/gui/bin/x", "/usr/lib/nqs/gui/bin/x" },
	{ "/usr/lib/nqs/patch/README", "/usr/lib/nqs/patch/README" },
	{ "/usr/lib/nqs/patch/13.1.1/", "/usr/lib/nqs/patch/13.1.1/" },
	{ "/usr/lib/nqs/patches/1/x", "/usr/lib/nqs/patches/1/x" },
	{ "/usr/lib/nqs/nqsdaemon", "/usr/lib/nqs/nqsdaemon" },
	{ "/etc/nqs", "/etc/nqs" },
};

START_TEST(places_staged_files)
{
	char *place = proof_place(places[_i].path, "/usr/lib/nqs/patch",
	    "/usr/lib/nqs");

	ck_assert_str_eq(place, places[_i].place);
	free(place);
}
END_TEST

/* Adds a package with one staged file whose digest begins with digest. */
static void
add_package(struct proof *proof, char digest, const char *name)
{
	struct package_file file = { .path = NULL };
	const struct package_files files = { .list = &file, .count = 1 };
	char path[64] = "/staging/1/";

	memcpy(path + strlen(path), name, strlen(name));
	memset(file.digest, digest, DIGEST_TEXT_ROOM - 1);
	file.path = path;
	proof_add(proof, &files, "/staging", "/target");
}

START_TEST(a_later_package_wins)
{
	struct proof proof = { 0 };

	add_package(&proof, 'a', "x");
	add_package(&proof, 'b', "y");
	add_package(&proof, 'c', "x");
	ck_assert_uint_eq(proof.count, 2);
	ck_assert_uint_eq(proof.packages, 3);
	ck_assert_str_eq(proof.rows[0].path, "/target/x");
	ck_assert_int_eq(proof.rows[0].digest[0], 'c');
	ck_assert_uint_eq(proof.rows[0].package, 2);
	ck_assert_uint_eq(proof.rows[0].rival, 0);
	ck_assert_uint_eq(proof.rows[1].rival, proof.rows[1].package);
	ck_assert_int_eq(proof.rows[1].digest[0], 'b');
	ck_assert(!proof_has_trouble(&proof, 0));
	ck_assert(proof_has_trouble(&proof, 1));
	proof_release(&proof);
}
END_TEST

START_TEST(packages_that_bring_the_same_are_no_rivals)
{
	struct proof proof = { 0 };

	add_package(&proof, 'a', "x");
	add_package(&proof, 'a', "x");
	ck_assert_uint_eq(proof.rows[0].package, 1);
	ck_assert_uint_eq(proof.rows[0].rival, 1);
	add_package(&proof, 'b', "x");
	add_package(&proof, 'b', "x");
	ck_assert_uint_eq(proof.rows[0].package, 3);
	ck_assert_uint_eq(proof.rows[0].rival, 1);
	proof_release(&proof);
}
END_TEST

START_TEST(compares_what_is_on_the_disk)
{
	struct proof proof = { 0 };
	struct failure why = { 0 };
	struct package_file list[3] = {
		{ .path = NULL }, { .path = NULL }, { .path = NULL } };
	const struct package_files files = { .list = list, .count = 3 };
	char same[] = "same";
	char other[] = "other";
	char missing[] = "missing";

	unit_write("same", "content");
	unit_write("other", "other");
	list[0].path = missing;
	list[1].path = other;
	list[2].path = same;
	for (size_t i = 0; i < 3; i++)
		digest_of_bytes("content", 7, list[i].digest);
	proof_add(&proof, &files, NULL, NULL);
	ck_assert_int_eq(proof_compare(&proof, &why), 0);
	ck_assert_int_eq(proof.rows[0].result, PROOF_MISSING);
	ck_assert_int_eq(proof.rows[1].result, PROOF_DIFFERS);
	ck_assert_int_eq(proof.rows[2].result, PROOF_SAME);
	proof_release(&proof);
}
END_TEST

TCase *
proof_case(void)
{
	TCase *testcase = tcase_create("proof");

	unit_use_directory(testcase);
	tcase_add_loop_test(testcase, places_staged_files, 0,
	    sizeof(places) / sizeof(places[0]));
	tcase_add_test(testcase, a_later_package_wins);
	tcase_add_test(testcase, packages_that_bring_the_same_are_no_rivals);
	tcase_add_test(testcase, compares_what_is_on_the_disk);
	return testcase;
}
