#include <config.h>

#include "../../nqsbackup/restore/restore_plan.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../nqsbackup/archive/index.h"
#include "../../nqsbackup/restore/restore_attributes.h"
#include "../../nqsbackup/restore/restore_disk.h"
#include "../../nqsbackup/restore/restore_request.h"
#include "unit.h"

/* An archive and a disk in short words, and what is planned. */
struct scene {
	struct index		index;
	struct entry_list	disk;
	struct restore_disk	there;	/* what is kept of disk */
	struct restore_request	request;
	struct restore_plan	plan;
	struct failure		why;
	int			rc;
};

/*
 * Adds an entry: kind and name; of a file its content is one letter, of a
 * further name the number of its file.
 */
static struct entry *
add(struct entry_list *list, enum entry_kind kind, const char *name,
    int content)
{
	struct entry *entry = entry_list_add(list);

	entry->kind = kind;
	entry->name = memory_copy_string(name);
	entry->mode = 0700;
	entry->disk.inode = (ino_t)list->count;
	if (kind == ENTRY_FILE) {
		entry->size = 1;
		entry->digest[0] = (unsigned char)content;
		entry->digested = true;
	} else if (kind == ENTRY_LINK) {
		entry->content.first = (uint32_t)content;
	} else if (kind == ENTRY_SYMLINK) {
		entry->content.target = memory_copy_string(
		    content == 'a' ? "a" : "b");
	}
	return entry;
}

/* top, top/a and its further name top/b, top/c/d */
static void
begin_scene(struct scene *scene)
{
	static char *const everything[] = { NULL };
	struct entry_list *entries = &scene->index.entries;

	*scene = (struct scene){ 0 };
	words_add(&scene->index.trees, "top");
	add(entries, ENTRY_DIRECTORY, "top", 0);
	add(entries, ENTRY_FILE, "top/a", 'a');
	add(entries, ENTRY_LINK, "top/b", 1);
	add(entries, ENTRY_DIRECTORY, "top/c", 0);
	add(entries, ENTRY_FILE, "top/c/d", 'a');
	scene->request = (struct restore_request){ .index = &scene->index,
	    .disk = &scene->there, .patterns = everything,
	    .privileged = true };
}

/* Lets the disk have what the archive has. */
static void
fill_disk(struct scene *scene)
{
	struct entry_list *disk = &scene->disk;

	add(disk, ENTRY_DIRECTORY, "top", 0);
	add(disk, ENTRY_FILE, "top/a", 'a')->several = true;
	add(disk, ENTRY_FILE, "top/b", 'a')->several = true;
	disk->list[2].disk.inode = disk->list[1].disk.inode;
	add(disk, ENTRY_DIRECTORY, "top/c", 0);
	add(disk, ENTRY_FILE, "top/c/d", 'a');
}

/* Looks at the disk as it is now. */
static void
look(struct scene *scene)
{
	const struct entry_list *entries = &scene->index.entries;
	const struct restore_mount mount = { 0 };

	restore_disk_release(&scene->there);
	for (size_t i = 0; i < scene->disk.count; i++) {
		struct entry there = scene->disk.list[i];
		const ssize_t number = entry_list_find(entries, there.name);

		there.name = memory_copy_string(there.name);
		restore_disk_add(&scene->there, &scene->request, number == -1 ?
		    NULL : &entries->list[number], &there, &mount);
		free(there.name);
	}
}

/* Plans, and writes what is planned as letters, "-" for nothing. */
static const char *
plan_letters(struct scene *scene, char letters[16])
{
	look(scene);
	scene->rc = restore_plan_make(&scene->request, &scene->plan,
	    &scene->why);
	for (size_t i = 0; i < scene->plan.count && i < 15; i++) {
		letters[i] = "-kMAWL"[scene->plan.actions[i]];
		letters[i + 1] = '\0';
	}
	return letters;
}

static void
end_scene(struct scene *scene)
{
	restore_plan_release(&scene->plan);
	restore_disk_release(&scene->there);
	entry_list_release(&scene->disk);
	index_release(&scene->index);
}

START_TEST(makes_everything_where_there_is_nothing)
{
	struct scene scene;
	char letters[16];

	begin_scene(&scene);
	ck_assert_str_eq(plan_letters(&scene, letters), "MWLMW");
	ck_assert_uint_eq(restore_plan_carrier(&scene.plan, 1), 1);
	ck_assert_uint_eq(scene.plan.changes, 5);
	end_scene(&scene);
}
END_TEST

START_TEST(keeps_everything_that_is_as_archived)
{
	struct scene scene;
	char letters[16];

	begin_scene(&scene);
	fill_disk(&scene);
	ck_assert_str_eq(plan_letters(&scene, letters), "kkkkk");
	ck_assert_uint_eq(scene.plan.changes, 0);
	end_scene(&scene);
}
END_TEST

START_TEST(writes_what_differs)
{
	struct scene scene;
	char letters[16];

	begin_scene(&scene);
	fill_disk(&scene);
	scene.disk.list[4].digest[0] = 'b';
	ck_assert_str_eq(plan_letters(&scene, letters), "kkkkW");
	restore_plan_release(&scene.plan);
	scene.disk.list[4].digest[0] = 'a';
	scene.disk.list[4].mtime_nanoseconds = 1;
	ck_assert_str_eq(plan_letters(&scene, letters), "kkkkW");
	restore_plan_release(&scene.plan);
	scene.disk.list[4].mtime_nanoseconds = 0;
	scene.disk.list[4].uid = 5;
	ck_assert_str_eq(plan_letters(&scene, letters), "kkkkW");
	restore_plan_release(&scene.plan);
	scene.request.privileged = false;
	ck_assert_str_eq(plan_letters(&scene, letters), "kkkkk");
	restore_plan_release(&scene.plan);
	scene.disk.list[4].digested = false;
	ck_assert_str_eq(plan_letters(&scene, letters), "kkkkW");
	restore_plan_release(&scene.plan);
	scene.disk.list[3].mode = 0755;
	ck_assert_str_eq(plan_letters(&scene, letters), "kkkAW");
	end_scene(&scene);
}
END_TEST

START_TEST(links_again_what_was_written_or_came_apart)
{
	struct scene scene;
	char letters[16];

	begin_scene(&scene);
	fill_disk(&scene);
	scene.disk.list[1].digest[0] = 'b';
	ck_assert_str_eq(plan_letters(&scene, letters), "kWLkk");
	restore_plan_release(&scene.plan);
	scene.disk.list[1].digest[0] = 'a';
	scene.disk.list[2].disk.inode = 99;
	ck_assert_str_eq(plan_letters(&scene, letters), "kkLkk");
	end_scene(&scene);
}
END_TEST

START_TEST(takes_apart_what_became_one_file)
{
	struct scene scene;
	char letters[16];

	begin_scene(&scene);
	fill_disk(&scene);
	scene.disk.list[4].disk.inode = scene.disk.list[1].disk.inode;
	scene.disk.list[4].several = true;
	ck_assert_str_eq(plan_letters(&scene, letters), "kkkkW");
	end_scene(&scene);
}
END_TEST

START_TEST(writes_the_first_name_that_is_selected)
{
	char pattern[] = "top/b";
	char *const patterns[] = { pattern, NULL };
	struct scene scene;
	char letters[16];

	begin_scene(&scene);
	scene.request.patterns = patterns;
	ck_assert_str_eq(plan_letters(&scene, letters), "M-W--");
	ck_assert_uint_eq(restore_plan_carrier(&scene.plan, 1), 2);
	end_scene(&scene);
}
END_TEST

START_TEST(makes_only_the_directories_that_a_selection_needs)
{
	char pattern[] = "top/c/d";
	char *const patterns[] = { pattern, NULL };
	struct scene scene;
	char letters[16];

	begin_scene(&scene);
	scene.request.patterns = patterns;
	add(&scene.disk, ENTRY_DIRECTORY, "top", 0)->mode = 0755;
	ck_assert_str_eq(plan_letters(&scene, letters), "---MW");
	end_scene(&scene);
}
END_TEST

START_TEST(removes_extras_when_it_is_to_be_exact)
{
	struct scene scene;
	char letters[16];

	begin_scene(&scene);
	fill_disk(&scene);
	add(&scene.disk, ENTRY_DIRECTORY, "top/e", 0);
	add(&scene.disk, ENTRY_SOCKET, "top/e/f", 0);
	ck_assert_str_eq(plan_letters(&scene, letters), "kkkkk");
	ck_assert_uint_eq(scene.plan.removal_count, 0);
	ck_assert_uint_eq(scene.plan.extra_count, 2);
	restore_plan_release(&scene.plan);
	scene.request.exact = true;
	ck_assert_str_eq(plan_letters(&scene, letters), "kkkkk");
	ck_assert_uint_eq(scene.plan.removal_count, 2);
	ck_assert_str_eq(scene.plan.removals[0], "top/e");
	ck_assert_str_eq(scene.plan.removals[1], "top/e/f");
	ck_assert_uint_eq(scene.plan.changes, 2);
	end_scene(&scene);
}
END_TEST

START_TEST(refuses_to_remove_a_directory_that_is_in_the_way)
{
	struct scene scene;
	char letters[16];

	begin_scene(&scene);
	add(&scene.disk, ENTRY_DIRECTORY, "top", 0);
	add(&scene.disk, ENTRY_DIRECTORY, "top/a", 0);
	add(&scene.disk, ENTRY_FILE, "top/a/x", 'x');
	(void)plan_letters(&scene, letters);
	ck_assert_int_eq(scene.rc, -1);
	ck_assert_int_eq(scene.why.code, EXITCODE_FAILED);
	restore_plan_release(&scene.plan);
	scene.request.exact = true;
	ck_assert_str_eq(plan_letters(&scene, letters), "kWLMW");
	ck_assert_uint_eq(scene.plan.removal_count, 2);
	ck_assert_str_eq(scene.plan.removals[0], "top/a");
	end_scene(&scene);
}
END_TEST

START_TEST(clears_the_way_for_a_directory)
{
	struct scene scene;
	char letters[16];

	begin_scene(&scene);
	fill_disk(&scene);
	entry_list_drop(&scene.disk);
	entry_list_drop(&scene.disk);
	add(&scene.disk, ENTRY_SYMLINK, "top/c", 'a');
	ck_assert_str_eq(plan_letters(&scene, letters), "kkkMW");
	ck_assert_uint_eq(scene.plan.removal_count, 1);
	end_scene(&scene);
}
END_TEST

START_TEST(does_not_touch_what_lies_below_a_mount_point)
{
	struct scene scene;
	char letters[16];

	begin_scene(&scene);
	fill_disk(&scene);
	entry_list_drop(&scene.disk);
	scene.disk.list[3].mounted = true;
	(void)plan_letters(&scene, letters);
	ck_assert_int_eq(scene.rc, -1);
	restore_plan_release(&scene.plan);
	scene.request.exact = true;
	add(&scene.disk, ENTRY_FILE, "top/c/d", 'a');
	add(&scene.disk, ENTRY_DIRECTORY, "top/x", 0)->mounted = true;
	(void)plan_letters(&scene, letters);
	ck_assert_int_eq(scene.rc, -1);
	end_scene(&scene);
}
END_TEST

START_TEST(gives_no_set_id_bits_to_the_files_of_others)
{
	const struct restore_request root = { .privileged = true };
	const struct restore_request user = { .uid = 5, .gid = 6 };
	struct entry entry = { .kind = ENTRY_FILE, .mode = 07755, .uid = 5,
	    .gid = 6 };

	ck_assert_uint_eq(restore_attributes_mode(&root, &entry), 07755);
	ck_assert_uint_eq(restore_attributes_mode(&user, &entry), 07755);
	entry.uid = 7;
	ck_assert_uint_eq(restore_attributes_mode(&user, &entry), 01755);
}
END_TEST

TCase *
restore_plan_case(void)
{
	TCase *testcase = tcase_create("restore_plan");

	tcase_add_test(testcase, makes_everything_where_there_is_nothing);
	tcase_add_test(testcase, keeps_everything_that_is_as_archived);
	tcase_add_test(testcase, writes_what_differs);
	tcase_add_test(testcase, links_again_what_was_written_or_came_apart);
	tcase_add_test(testcase, takes_apart_what_became_one_file);
	tcase_add_test(testcase, writes_the_first_name_that_is_selected);
	tcase_add_test(testcase,
	    makes_only_the_directories_that_a_selection_needs);
	tcase_add_test(testcase, removes_extras_when_it_is_to_be_exact);
	tcase_add_test(testcase,
	    refuses_to_remove_a_directory_that_is_in_the_way);
	tcase_add_test(testcase, clears_the_way_for_a_directory);
	tcase_add_test(testcase,
	    does_not_touch_what_lies_below_a_mount_point);
	tcase_add_test(testcase, gives_no_set_id_bits_to_the_files_of_others);
	return testcase;
}
