#include <config.h>

#include "scene.h"

#include <string.h>

#include "unit.h"

static enum fault
choose(struct world *world, const struct progress_action *action,
    const char *what)
{
	struct scene *scene = world->cookie;

	(void)action;
	if (scene->next == NULL || scene->next->what == NULL ||
	    strcmp(scene->next->what, what) != 0)
		return FAULT_NONE;
	return (scene->next++)->fault;
}

void
scene_open(struct scene *scene, const struct trouble *troubles)
{
	world_start(&scene->world);
	scene->next = troubles;
	scene->world.choose = choose;
	scene->world.cookie = scene;
}

void
scene_expect(struct scene *scene, const char *trace)
{
	(void)world_live(&scene->world, NULL, false);
	ck_assert_str_eq(text_string(&scene->world.trace), trace);
	text_clear(&scene->world.trace);
}

void
scene_expect_decided(struct scene *scene, const char *word, const char *trace)
{
	(void)world_live(&scene->world, word, false);
	ck_assert_str_eq(text_string(&scene->world.trace), trace);
	text_clear(&scene->world.trace);
}

void
scene_expect_back(struct scene *scene, const char *trace)
{
	(void)world_live(&scene->world, NULL, true);
	ck_assert_str_eq(text_string(&scene->world.trace), trace);
	text_clear(&scene->world.trace);
}

void
scene_expect_to_leave(struct scene *scene, const char *trace)
{
	(void)world_live_to_leave(&scene->world);
	ck_assert_str_eq(text_string(&scene->world.trace), trace);
	text_clear(&scene->world.trace);
}

void
scene_close(struct scene *scene)
{
	/* Everything that should have gone wrong did. */
	if (scene->next != NULL)
		ck_assert_ptr_null(scene->next->what);
	world_release(&scene->world);
}
