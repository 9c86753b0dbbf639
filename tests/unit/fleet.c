#include <config.h>

#include "../../clroll/fleet/fleet.h"

#include <string.h>

#include "../../libcore/base/clock.h"
#include "../../libcore/base/failure.h"
#include "../../libcore/base/text.h"
#include "../../libcore/format/jsonline.h"
#include "../../clroll/fleet/fleet_record.h"
#include "unit.h"

static const struct fleet_limit none = { 0, false };
static const struct fleet_limit any = { -1, false };

/* How clusters are divided: "1 3 3 2" are the sizes of the waves. */
static const struct division {
	size_t			 count;
	int64_t			 canary;
	struct fleet_limit	 batch;
	const char		*waves;
} divisions[] = {
	{ 1, 0, { 0, false }, " 1" },
	{ 9, 0, { 0, false }, " 9" },
	{ 9, 1, { 0, false }, " 1 8" },
	{ 9, 1, { 3, false }, " 1 3 3 2" },
	{ 9, 0, { 3, false }, " 3 3 3" },
	{ 9, 9, { 3, false }, " 9" },
	{ 9, 20, { 3, false }, " 9" },
	{ 9, 0, { 20, false }, " 9" },
	{ 9, 0, { 50, true }, " 4 4 1" },
	{ 9, 0, { 1, true }, " 1 1 1 1 1 1 1 1 1" },
	{ 9, 2, { 100, true }, " 2 7" },
};

START_TEST(divides_clusters_into_waves)
{
	const struct division *division = &divisions[_i];
	const struct fleet_rules rules = { .jobs = 1,
		.canary = division->canary, .batch = division->batch };
	struct text waves = { 0 };
	struct fleet fleet;
	size_t first = 0;

	fleet_start(&fleet, &rules, division->count);
	for (size_t i = 0; i < fleet.wave_count; i++) {
		ck_assert_uint_eq(fleet.waves[i].first, first);
		first += fleet.waves[i].count;
		ck_assert_uint_eq(fleet.items[first - 1].wave, i);
		text_format(&waves, " %zu", fleet.waves[i].count);
	}
	ck_assert_str_eq(text_string(&waves), division->waves);
	ck_assert_uint_eq(first, division->count);
	text_release(&waves);
	fleet_release(&fleet);
}
END_TEST

START_TEST(reads_a_number_or_a_percentage)
{
	static const struct {
		const char	*string;
		int		 rc;
		size_t		 of_250;
	} rows[] = {
		{ "0", 0, 0 }, { "7", 0, 7 }, { "0%", 0, 0 },
		{ "2%", 0, 5 }, { "1%", 0, 2 }, { "100%", 0, 250 },
		{ "101%", -1, 0 }, { "-1", -1, 0 }, { "%", -1, 0 },
		{ "", -1, 0 }, { "5%%", -1, 0 }, { "5 %", -1, 0 },
		{ "1000001", -1, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fleet_limit limit = { 0 };

		ck_assert_int_eq(fleet_limit_read(rows[i].string, &limit),
		    rows[i].rc);
		if (rows[i].rc == 0)
			ck_assert_uint_eq(fleet_limit_of(&limit, 250),
			    rows[i].of_250);
	}
	ck_assert_uint_eq(fleet_limit_of(&any, 250), SIZE_MAX);
}
END_TEST

START_TEST(writes_rules_that_it_reads)
{
	const struct fleet_rules rules = { .jobs = 7, .canary = 2,
		.batch = { 10, true }, .failures = { 3, false },
		.wave_failures = { -1, false }, .unreachable = { 5, true },
		.soak = 90 * CLOCK_SECOND, .takes = 1500000000 };
	struct fleet_rules read = { 0 };
	struct jsonline *record = jsonline_make();

	fleet_record_set_rules(record, &rules);
	fleet_record_rules(record, &read);
	jsonline_free(record);
	ck_assert_int_eq(read.jobs, 7);
	ck_assert_int_eq(read.canary, 2);
	ck_assert_int_eq(read.batch.value, 10);
	ck_assert(read.batch.is_percent);
	ck_assert_int_eq(read.failures.value, 3);
	ck_assert(!read.failures.is_percent);
	ck_assert_int_eq(read.wave_failures.value, -1);
	ck_assert_int_eq(read.unreachable.value, 5);
	ck_assert_int_eq(read.soak, rules.soak);
	ck_assert_int_eq(read.takes, rules.takes);
}
END_TEST

/* ---- times -------------------------------------------------------------- */

/* A fleet of waves of two, driven by hand. */
struct drive {
	struct fleet		fleet;
	struct fleet_event	event;
	struct fleet_action	action;
};

static void
drive_start(struct drive *drive, int64_t soak, int64_t takes, int64_t until)
{
	const struct fleet_rules rules = { .jobs = 2, .batch = { 2, false },
		.failures = none, .wave_failures = any, .unreachable = none,
		.soak = soak * CLOCK_SECOND, .takes = takes * CLOCK_SECOND,
		.until = until * CLOCK_SECOND };

	*drive = (struct drive){ 0 };
	fleet_start(&drive->fleet, &rules, 4);
	drive->event.happening = FLEET_GO;
}

/* Writes all records and starts what is to be started, up to a wait. */
static enum fleet_act
drive_on(struct drive *drive)
{
	for (;;) {
		drive->action = fleet_next(&drive->fleet, &drive->event);
		if (drive->action.act == FLEET_RECORD)
			drive->event.happening = FLEET_WRITTEN;
		else if (drive->action.act == FLEET_START)
			drive->event.happening = FLEET_STARTED;
		else
			return (drive->action.act);
	}
}

/* Lets `seconds' pass, and then the run of item end well. */
static enum fleet_act
drive_end(struct drive *drive, int64_t seconds, size_t item)
{
	drive->event.now += seconds * CLOCK_SECOND;
	drive->event.wall += seconds * CLOCK_SECOND;
	drive->event.happening = FLEET_RUN_ENDED;
	drive->event.item = item;
	return (drive_on(drive));
}

static enum fleet_act
drive_tick(struct drive *drive, int64_t seconds)
{
	drive->event.now += seconds * CLOCK_SECOND;
	drive->event.wall += seconds * CLOCK_SECOND;
	drive->event.happening = FLEET_TICK;
	return (drive_on(drive));
}

START_TEST(soaks_between_two_waves_and_not_behind_the_last)
{
	struct drive drive;

	drive_start(&drive, 60, 0, 0);
	ck_assert_int_eq(drive_on(&drive), FLEET_WAIT);
	ck_assert_uint_eq(drive.fleet.running, 2);
	ck_assert_int_eq(drive_end(&drive, 5, 0), FLEET_WAIT);
	ck_assert_int_eq(drive.action.deadline, 0);
	ck_assert_int_eq(drive_end(&drive, 5, 1), FLEET_WAIT);
	ck_assert_int_eq(drive.action.deadline, 70 * CLOCK_SECOND);
	ck_assert_int_eq(drive_tick(&drive, 59), FLEET_WAIT);
	ck_assert_uint_eq(drive.fleet.running, 0);
	ck_assert_int_eq(drive_tick(&drive, 1), FLEET_WAIT);
	ck_assert_uint_eq(drive.fleet.running, 2);
	ck_assert_int_eq(drive_end(&drive, 5, 2), FLEET_WAIT);
	ck_assert_int_eq(drive_end(&drive, 0, 3), FLEET_FINISH);
	ck_assert_int_eq(drive.action.code, EXITCODE_OK);
	fleet_release(&drive.fleet);
}
END_TEST

START_TEST(lets_one_go_ahead_when_nobody_knows_how_long_it_takes)
{
	struct drive drive;

	drive_start(&drive, 0, 0, 30);
	ck_assert_int_eq(drive_on(&drive), FLEET_WAIT);
	ck_assert_uint_eq(drive.fleet.running, 1);
	/* It took 10 seconds: the second ends at 20. */
	ck_assert_int_eq(drive_end(&drive, 10, 0), FLEET_WAIT);
	ck_assert_uint_eq(drive.fleet.running, 1);
	/* Two more would end at 30. */
	ck_assert_int_eq(drive_end(&drive, 10, 1), FLEET_WAIT);
	ck_assert_uint_eq(drive.fleet.running, 2);
	ck_assert_int_eq(drive_end(&drive, 1, 2), FLEET_WAIT);
	ck_assert_int_eq(drive_end(&drive, 1, 3), FLEET_FINISH);
	ck_assert_int_eq(drive.action.code, EXITCODE_OK);
	fleet_release(&drive.fleet);
}
END_TEST

START_TEST(begins_nothing_that_cannot_end_in_time)
{
	struct drive drive;

	drive_start(&drive, 0, 15, 30);
	ck_assert_int_eq(drive_on(&drive), FLEET_WAIT);
	ck_assert_uint_eq(drive.fleet.running, 2);
	ck_assert_int_eq(drive_end(&drive, 16, 0), FLEET_WAIT);
	ck_assert_uint_eq(drive.fleet.running, 1);
	ck_assert_int_eq(drive_end(&drive, 1, 1), FLEET_FINISH);
	ck_assert_int_eq(drive.action.code, EXITCODE_STOPPED);
	ck_assert_int_eq(drive.action.halt, FLEET_OUT_OF_TIME);
	fleet_release(&drive.fleet);
}
END_TEST

START_TEST(does_not_soak_when_nothing_could_be_begun_then)
{
	struct drive drive;

	drive_start(&drive, 20, 5, 30);
	ck_assert_int_eq(drive_on(&drive), FLEET_WAIT);
	ck_assert_int_eq(drive_end(&drive, 5, 0), FLEET_WAIT);
	ck_assert_int_eq(drive_end(&drive, 1, 1), FLEET_FINISH);
	ck_assert_int_eq(drive.action.halt, FLEET_OUT_OF_TIME);
	fleet_release(&drive.fleet);
}
END_TEST

START_TEST(refuses_a_journal_of_another_fleet)
{
	static const char *const records[] = {
		"{\"event\":\"begin\",\"item\":5}",
		"{\"event\":\"begin\"}", "{\"event\":\"result\",\"item\":0}",
		"{\"event\":\"wave\",\"wave\":3}", "{\"item\":1}",
	};
	struct drive drive;

	drive_start(&drive, 0, 0, 0);
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct failure why = { 0 };
		struct jsonline *record = jsonline_read(records[i],
		    strlen(records[i]), &why);

		ck_assert_int_eq(fleet_replay(&drive.fleet, record, &why),
		    -1);
		ck_assert_int_eq(why.code, EXITCODE_DATA);
		jsonline_free(record);
	}
	fleet_release(&drive.fleet);
}
END_TEST

TCase *
fleet_case(void)
{
	TCase *testcase = tcase_create("fleet");

	tcase_add_loop_test(testcase, divides_clusters_into_waves, 0,
	    sizeof(divisions) / sizeof(divisions[0]));
	tcase_add_test(testcase, reads_a_number_or_a_percentage);
	tcase_add_test(testcase, writes_rules_that_it_reads);
	tcase_add_test(testcase,
	    soaks_between_two_waves_and_not_behind_the_last);
	tcase_add_test(testcase,
	    lets_one_go_ahead_when_nobody_knows_how_long_it_takes);
	tcase_add_test(testcase, begins_nothing_that_cannot_end_in_time);
	tcase_add_test(testcase,
	    does_not_soak_when_nothing_could_be_begun_then);
	tcase_add_test(testcase, refuses_a_journal_of_another_fleet);
	return testcase;
}
