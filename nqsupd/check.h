#ifndef NQSUPD_CHECK_H
#define NQSUPD_CHECK_H

#include <stdbool.h>

#include "../libcore/base/failure.h"
#include "../libcore/base/words.h"

struct node_config;
struct node_site;

/*
 * What is looked at before anything is begun.  A check only looks; what it
 * finds is in words for people.
 */

struct check_request {
	const struct node_config	*config;
	const struct words		*sites;		/* empty: all */
	const struct words		*packages;	/* files */
};

enum check_outcome {
	CHECK_OK,			/* reasons say what was found */
	CHECK_NOT_OK,			/* reasons say why */
	CHECK_SKIPPED,			/* reasons say why it is pointless */
	CHECK_UNKNOWN			/* why says why it cannot be made */
};

struct check_result {
	enum check_outcome	outcome;
	struct words		reasons;
	struct failure		why;
};

struct check {
	const char	*name;
	/* Is it made when none is asked for by name? */
	bool	(*is_usual)(const struct check_request *request);
	/* Fills the zeroed result, which the caller releases. */
	void	(*run)(const struct check_request *request,
		    struct check_result *result);
};

/* Returns the checks, in their order, up to one of zeros. */
const struct check *
check_table(void);

/* Returns the check called name, or NULL. */
const struct check *
check_named(const char *name);

void
check_result_release(struct check_result *result);

/* Returns whether the request is about site. */
bool
check_has_site(const struct check_request *request,
    const struct node_site *site);

/* Adds what printf would make to the reasons, and makes the outcome NOT_OK. */
void
check_object(struct check_result *result, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Takes a failure of looking at the packages: that there is none, or something
 * else, is an objection; everything else makes the outcome UNKNOWN.
 */
void
check_take_failure(const struct check_request *request,
    struct check_result *result, const struct failure *why);

/* Makes the outcome SKIPPED because of reason. */
void
check_skip(struct check_result *result, const char *reason);

/*
 * The checks that have a file of their own; each is a struct check's run.
 */
void
check_environment(const struct check_request *request,
    struct check_result *result);
void
check_clients(const struct check_request *request,
    struct check_result *result);
void
check_processes(const struct check_request *request,
    struct check_result *result);
void
check_space(const struct check_request *request,
    struct check_result *result);
void
check_runs(const struct check_request *request,
    struct check_result *result);
void
check_claim(const struct check_request *request,
    struct check_result *result);
void
check_lock(const struct check_request *request,
    struct check_result *result);
void
check_losses(const struct check_request *request,
    struct check_result *result);
void
check_package(const struct check_request *request,
    struct check_result *result);
void
check_rehearsal(const struct check_request *request,
    struct check_result *result);
void
check_busy(const struct check_request *request,
    struct check_result *result);
void
check_patch(const struct check_request *request, struct check_result *result);
void
check_rolling(const struct check_request *request,
    struct check_result *result);
void
check_release(const struct check_request *request,
    struct check_result *result);
void
check_previous(const struct check_request *request,
    struct check_result *result);
void
check_cluster(const struct check_request *request,
    struct check_result *result);
void
check_standby(const struct check_request *request,
    struct check_result *result);

#endif
