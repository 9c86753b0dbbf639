#include <config.h>

#include "../../clroll/ssh/ssh_agent.h"

#include <string.h>

#include "../../libcore/base/text.h"
#include "unit.h"

#define A	"\0\0\0\3key" "\0\0\0\1a"
#define B	"\0\0\0\2kb" "\0\0\0\0"

/* Strings of bytes with zeros in them. */
#define BYTES(string)	string, sizeof(string) - 1

static const struct row {
	const char	*answer;
	size_t		 length;
	const char	*wanted;
	size_t		 count;
	const char	*chosen;
	size_t		 chosen_length;
} rows[] = {
	{ BYTES(""), "", 0, BYTES("") },
	{ BYTES("\5"), "", 0, BYTES("") },
	{ BYTES("\14\0\0\0"), "", 0, BYTES("") },
	{ BYTES("\5\0\0\0\1" A), "", 0, BYTES("") },
	{ BYTES("\14\0\0\0\0"), "", 0, BYTES("\14\0\0\0\0") },
	{ BYTES("\14\0\0\0\2" A B), "", 2, BYTES("\14\0\0\0\2" A B) },
	{ BYTES("\14\0\0\0\2" A B), "kb", 1, BYTES("\14\0\0\0\1" B) },
	{ BYTES("\14\0\0\0\2" A B), "no", 0, BYTES("\14\0\0\0\0") },
	{ BYTES("\14\0\0\0\6" A A A B A A), "", 5,
	    BYTES("\14\0\0\0\5" A A A B A) },
	/* what is not all there */
	{ BYTES("\14\377\377\377\377" A), "", 1, BYTES("\14\0\0\0\1" A) },
	{ BYTES("\14\0\0\0\1\377\377\377\377key"), "", 0,
	    BYTES("\14\0\0\0\0") },
	{ BYTES("\14\0\0\0\1\0\0\0\3key"), "", 0, BYTES("\14\0\0\0\0") },
	{ BYTES("\14\0\0\0\1\0\0\0\3key\0\0\0\2a"), "", 0,
	    BYTES("\14\0\0\0\0") },
	{ BYTES("\14\0\0\0\1\0\0\0\4key"), "", 0, BYTES("\14\0\0\0\0") },
};

START_TEST(chooses_keys)
{
	const struct row *row = &rows[_i];
	struct text answer = { 0 };
	struct text wanted = { 0 };
	struct text chosen = { 0 };

	text_add_bytes(&answer, row->answer, row->length);
	text_add(&wanted, row->wanted);
	ck_assert_uint_eq(ssh_agent_choose(&answer, &wanted, &chosen),
	    row->count);
	ck_assert_uint_eq(chosen.length, row->chosen_length);
	ck_assert_mem_eq(text_string(&chosen), row->chosen,
	    row->chosen_length);
	text_release(&answer);
	text_release(&wanted);
	text_release(&chosen);
}
END_TEST

START_TEST(finds_the_end_of_a_message)
{
	struct text message = { 0 };
	struct text frame = { 0 };
	size_t at = 0;

	text_add(&message, "abc");
	ssh_agent_frame(&message, &frame);
	ck_assert_uint_eq(frame.length, 7);
	ck_assert_uint_eq(ssh_agent_next(frame.bytes, 6, &at), 0);
	ck_assert_uint_eq(ssh_agent_next(frame.bytes, 3, &at), 0);
	ck_assert_uint_eq(ssh_agent_next(frame.bytes, 7, &at), 7);
	ck_assert_uint_eq(at, 4);
	text_release(&message);
	text_release(&frame);
}
END_TEST

TCase *
ssh_agent_case(void)
{
	TCase *testcase = tcase_create("ssh_agent");

	tcase_add_loop_test(testcase, chooses_keys, 0,
	    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(testcase, finds_the_end_of_a_message);
	return testcase;
}
