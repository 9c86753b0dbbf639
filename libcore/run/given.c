#include <config.h>

#include "given.h"

#include "../base/failure.h"
#include "procedure.h"
#include "values.h"

int
given_add(const struct values *given, const struct words *facts,
    struct values *values, struct failure *why)
{
	for (size_t i = 0; i < given->count; i++) {
		const char *name = given->list[i].name;

		if (!words_has(facts, name))
			continue;
		failure_set(why, EXITCODE_USAGE, "'%s' is a fact, and cannot "
		    "be given", name);
		return (-1);
	}
	values_merge(values, given);
	return (0);
}

int
given_check(const struct values *values, const struct procedure *procedure,
    const struct words *facts, struct failure *why)
{
	const struct words *parameters = &procedure->parameters;

	for (size_t i = 0; i < values->count; i++) {
		const char *name = values->list[i].name;

		if (words_has(facts, name) || words_has(parameters, name))
			continue;
		failure_set(why, EXITCODE_USAGE,
		    "procedure '%s' has no parameter '%s'", procedure->name,
		    name);
		return (-1);
	}
	for (size_t i = 0; i < parameters->count; i++) {
		const char *name = parameters->list[i];
		const struct words *words = values_find(values, name);

		if (words != NULL && words->count > 0)
			continue;
		failure_set(why, EXITCODE_USAGE,
		    "procedure '%s' needs '%s'", procedure->name, name);
		if (words_has(facts, name))
			failure_hint(why, "name a package behind it");
		else
			failure_hint(why, "give it as %s=VALUE", name);
		return (-1);
	}
	return (0);
}
