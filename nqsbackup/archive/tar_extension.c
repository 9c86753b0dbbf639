#include <config.h>

#include "tar_extension.h"

#include <stdlib.h>
#include <string.h>

#include "../../libcore/base/failure.h"
#include "../../libcore/base/memory.h"
#include "../../libcore/base/number.h"
#include "../../libcore/base/text.h"
#include "pax.h"
#include "pax_traits.h"

#define SIZE_LIMIT	(INT64_MAX / 16)
#define ID_LIMIT	INT64_C(0xfffffffe)

enum { OWNER_LIMIT = 256 };		/* bytes of the name of one */

void
tar_extension_release(struct tar_extension *extension)
{
	free(extension->path);
	free(extension->link);
	free(extension->owner);
	free(extension->group);
	free(extension->access);
	free(extension->default_access);
	traits_draft_release(&extension->traits.draft);
	free(extension->sparse.name);
	free(extension->sparse.pieces);
	*extension = (struct tar_extension){ 0 };
}

static char *
copy_or_null(const char *string)
{
	return (string == NULL ? NULL : memory_copy_string(string));
}

void
tar_extension_inherit(struct tar_extension *copy,
    const struct tar_extension *global)
{
	copy->owner = copy_or_null(global->owner);
	copy->group = copy_or_null(global->group);
	copy->has_uid = global->has_uid;
	copy->has_gid = global->has_gid;
	copy->has_mtime = global->has_mtime;
	copy->uid = global->uid;
	copy->gid = global->gid;
	copy->mtime = global->mtime;
	copy->sparse.size = -1;
}

int
tar_extension_add_piece(struct tar_sparse *sparse, int64_t offset,
    int64_t length, struct failure *why)
{
	if (sparse->count == TAR_EXTENSION_PIECE_LIMIT) {
		failure_set(why, EXITCODE_DATA,
		    "a sparse file has more than %d pieces",
		    TAR_EXTENSION_PIECE_LIMIT);
		return (-1);
	}
	sparse->pieces = memory_grow(sparse->pieces, sparse->count,
	    sizeof(*sparse->pieces));
	sparse->pieces[sparse->count].offset = offset;
	sparse->pieces[sparse->count].length = length;
	sparse->count++;
	return (0);
}

/* Reading into an extension: a record in work. */
struct reading {
	struct tar_extension	*extension;
	enum tar_extension_scope scope;
	const char		*key;
	const char		*value;
	size_t			 length;	/* of value */
	struct failure		*why;
};

static int
refuse(const struct reading *reading)
{
	failure_set(reading->why, EXITCODE_DATA,
	    "an extended header has the unlawful %s '%s'", reading->key,
	    reading->value);
	return (-1);
}

/* An empty value takes back what was said before. */
static int
take_string(const struct reading *reading, char **string)
{
	free(*string);
	*string = reading->value[0] == '\0' ? NULL :
	    memory_copy_string(reading->value);
	return (0);
}

static int
take_number(const struct reading *reading, int64_t maximum, bool *has,
    int64_t *number)
{
	*has = reading->value[0] != '\0';
	if (*has && number_read(reading->value, 0, maximum, number) == -1)
		return (refuse(reading));
	return (0);
}

static int
take_path(const struct reading *reading)
{
	return (take_string(reading, &reading->extension->path));
}

static int
take_link(const struct reading *reading)
{
	return (take_string(reading, &reading->extension->link));
}

/* Each entry may have others, and each different one is kept. */
static int
take_name(const struct reading *reading, char **name)
{
	return (reading->length > OWNER_LIMIT ? refuse(reading) :
	    take_string(reading, name));
}

static int
take_owner(const struct reading *reading)
{
	return (take_name(reading, &reading->extension->owner));
}

static int
take_group(const struct reading *reading)
{
	return (take_name(reading, &reading->extension->group));
}

static int
take_uid(const struct reading *reading)
{
	return (take_number(reading, ID_LIMIT, &reading->extension->has_uid,
	    &reading->extension->uid));
}

static int
take_gid(const struct reading *reading)
{
	return (take_number(reading, ID_LIMIT, &reading->extension->has_gid,
	    &reading->extension->gid));
}

static int
take_size(const struct reading *reading)
{
	return (take_number(reading, SIZE_LIMIT,
	    &reading->extension->has_size, &reading->extension->size));
}

static int
take_mtime(const struct reading *reading)
{
	struct tar_extension *extension = reading->extension;

	extension->has_mtime = reading->value[0] != '\0';
	if (extension->has_mtime && pax_read_time(reading->value,
	    &extension->mtime) == -1)
		return (refuse(reading));
	return (0);
}

/* Reads a number of a sparse file's description, which may not be empty. */
static int
take_sparse(const struct reading *reading, int64_t *number)
{
	reading->extension->sparse.has = true;
	if (number_read(reading->value, 0, SIZE_LIMIT, number) == -1)
		return (refuse(reading));
	return (0);
}

static int
take_major(const struct reading *reading)
{
	return (take_sparse(reading, &reading->extension->sparse.major));
}

static int
take_minor(const struct reading *reading)
{
	return (take_sparse(reading, &reading->extension->sparse.minor));
}

static int
take_real_size(const struct reading *reading)
{
	return (take_sparse(reading, &reading->extension->sparse.size));
}

static int
take_count(const struct reading *reading)
{
	int64_t ignored;

	return (take_sparse(reading, &ignored));
}

static int
take_sparse_name(const struct reading *reading)
{
	reading->extension->sparse.has = true;
	return (take_string(reading, &reading->extension->sparse.name));
}

static int
take_offset(const struct reading *reading)
{
	struct tar_sparse *sparse = &reading->extension->sparse;
	int64_t offset;

	if (take_sparse(reading, &offset) == -1)
		return (-1);
	if (sparse->half)
		return (refuse(reading));
	sparse->half = true;
	return (tar_extension_add_piece(sparse, offset, 0, reading->why));
}

static int
take_length(const struct reading *reading)
{
	struct tar_sparse *sparse = &reading->extension->sparse;
	int64_t length;

	if (take_sparse(reading, &length) == -1)
		return (-1);
	if (!sparse->half)
		return (refuse(reading));
	sparse->half = false;
	sparse->pieces[sparse->count - 1].length = length;
	return (0);
}

/* Reads "OFFSET,LENGTH,OFFSET,LENGTH"; "" is a file without any piece. */
static int
take_map(const struct reading *reading)
{
	struct tar_sparse *sparse = &reading->extension->sparse;
	struct reading number = *reading;
	const char *at = reading->value;
	char digits[24];

	sparse->has = true;
	sparse->count = 0;
	sparse->half = false;
	while (*at != '\0') {
		const size_t length = strcspn(at, ",");

		if (length >= sizeof(digits))
			return (refuse(reading));
		memcpy(digits, at, length);
		digits[length] = '\0';
		number.value = digits;
		if ((sparse->half ? take_length(&number) :
		    take_offset(&number)) == -1)
			return (-1);
		at += length;
		if (*at == ',')
			at++;
	}
	return (sparse->half ? refuse(reading) : 0);
}

static int
take_access(const struct reading *reading)
{
	return (take_string(reading, &reading->extension->access));
}

static int
take_default_access(const struct reading *reading)
{
	return (take_string(reading, &reading->extension->default_access));
}

static int
take_trait(const struct reading *reading)
{
	switch (pax_traits_read(reading->key, reading->value, reading->length,
	    &reading->extension->traits)) {
	case PAX_TRAITS_TAKEN:
		return (0);
	case PAX_TRAITS_UNKNOWN:
		reading->extension->unknown++;
		return (0);
	default:
		return (refuse(reading));
	}
}

/* Lists of other systems. */
static int
take_unknown(const struct reading *reading)
{
	reading->extension->unknown++;
	return (0);
}

/* What a key does; one with a dot at its end stands for all that go on. */
struct key {
	const char	*name;
	bool		 global;	/* makes sense for all entries */
	bool		 binary;	/* may hold NULs */
	int		(*take)(const struct reading *reading);
};

static const struct key keys[] = {
	{ "path", false, false, take_path },
	{ "linkpath", false, false, take_link },
	{ "size", false, false, take_size },
	{ "uid", true, false, take_uid },
	{ "gid", true, false, take_gid },
	{ "uname", true, false, take_owner },
	{ "gname", true, false, take_group },
	{ "mtime", true, false, take_mtime },
	{ "GNU.sparse.major", false, false, take_major },
	{ "GNU.sparse.minor", false, false, take_minor },
	{ "GNU.sparse.name", false, false, take_sparse_name },
	{ "GNU.sparse.realsize", false, false, take_real_size },
	{ "GNU.sparse.size", false, false, take_real_size },
	{ "GNU.sparse.numblocks", false, false, take_count },
	{ "GNU.sparse.offset", false, false, take_offset },
	{ "GNU.sparse.numbytes", false, false, take_length },
	{ "GNU.sparse.map", false, false, take_map },
	{ PAX_TRAITS_ACCESS, false, false, take_access },
	{ PAX_TRAITS_DEFAULT, false, false, take_default_access },
	{ "SCHILY.acl.", false, true, take_unknown },
	{ PAX_TRAITS_SCHILY, false, true, take_trait },
	{ PAX_TRAITS_LIBARCHIVE, false, false, take_trait },
	{ PAX_TRAITS_LABEL, false, false, take_trait },
};

static const struct key *
find_key(const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const size_t length = strlen(keys[i].name);

		if (strncmp(name, keys[i].name, length) == 0 &&
		    (name[length] == '\0' ||
		    keys[i].name[length - 1] == '.'))
			return (&keys[i]);
	}
	return (NULL);
}

/* A key that nobody here knows says nothing that is needed. */
static int
take_record(void *cookie, const char *name, const char *value,
    size_t length, struct failure *why)
{
	struct reading *reading = cookie;
	const struct key *key = find_key(name);

	if (key == NULL)
		return (0);
	reading->key = name;
	reading->value = value;
	reading->length = length;
	reading->why = why;
	if ((!key->binary && strlen(value) != length) ||
	    (reading->scope == TAR_EXTENSION_GLOBAL && !key->global))
		return (refuse(reading));
	return (key->take(reading));
}

int
tar_extension_read(struct tar_extension *extension, struct text *records,
    enum tar_extension_scope scope, struct failure *why)
{
	struct reading reading = { .extension = extension, .scope = scope };
	const struct pax_sink sink = { take_record, &reading };

	return (pax_read(records, &sink, why));
}
