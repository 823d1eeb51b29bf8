#include "wire/sandbox_schema.h"

#include <stdbool.h>
#include <string.h>

/* A schema may refer to itself, and ask for a million items: values end. */
enum { DEPTH = 16, ITEMS = 16, LETTERS = 1000, VALUES = 2000 };

/* One value in the making. */
struct fitting {
	json_t *root;
	enum sandbox_fill fill;
	int depth, values;
};

static json_t *fit(struct fitting *f, json_t *schema);

/* What "#/a/b" in the schema stands for, or NULL. */
static json_t *refer(struct fitting *f, const char *pointer)
{
	json_t *at = f->root;

	if (*pointer++ != '#')
		return NULL;
	while (at && *pointer == '/') {
		size_t len = strcspn(++pointer, "/");
		json_t *next = NULL;
		const char *key;
		json_t *value;

		json_object_foreach (at, key, value)
			if (strlen(key) == len && !memcmp(key, pointer, len))
				next = value;
		at = next;
		pointer += len;
	}
	return at;
}

/* A value that the schema gives itself, or NULL. */
static json_t *ready(const json_t *schema)
{
	json_t *value = json_object_get(schema, "const");

	if (!value)
		value = json_array_get(json_object_get(schema, "enum"), 0);
	if (!value)
		value = json_object_get(schema, "default");
	if (!value)
		value = json_array_get(json_object_get(schema, "examples"), 0);
	return value;
}

/* The schema's number NAME within 0 to MOST, or OTHERWISE. */
static size_t size_of(const json_t *schema, const char *name, size_t most,
		      size_t otherwise)
{
	json_t *value = json_object_get(schema, name);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return otherwise;
	return (size_t)json_integer_value(value) < most
		       ? (size_t)json_integer_value(value)
		       : most;
}

static json_t *fit_string(const json_t *schema)
{
	static const struct {
		const char *format, *value;
	} formats[] = {
		{ "date", "2026-01-01" },
		{ "time", "12:00:00Z" },
		{ "date-time", "2026-01-01T12:00:00Z" },
		{ "email", "sandbox@example.com" },
		{ "uri", "https://example.com/" },
		{ "uuid", "00000000-0000-4000-8000-000000000000" },
		{ "ipv4", "192.0.2.1" },
		{ NULL, "sandbox" },
	};
	const char *asked =
		json_string_value(json_object_get(schema, "format"));
	char text[LETTERS];
	size_t row = 0, least = size_of(schema, "minLength", LETTERS, 0);
	size_t most = size_of(schema, "maxLength", LETTERS, LETTERS), len;

	while (formats[row].format &&
	       (!asked || strcmp(asked, formats[row].format) != 0))
		row++;
	len = strlen(formats[row].value);
	memset(text, 'x', sizeof(text));
	memcpy(text, formats[row].value, len);
	if (len < least)
		len = least;
	return json_stringn(text, len < most ? len : most);
}

/* Is NAME a number in the schema? Then *BOUND is it. */
static bool bounded(const json_t *schema, const char *name, double *bound)
{
	json_t *value = json_object_get(schema, name);

	if (!json_is_number(value))
		return false;
	*bound = json_number_value(value);
	return true;
}

/* The number nearest to 1 between the bounds; STEP keeps off an excluded one.
 */
static double within(const json_t *schema, double step)
{
	double value = 1, bound;

	if (bounded(schema, "maximum", &bound) && bound < value)
		value = bound;
	if (bounded(schema, "exclusiveMaximum", &bound) && bound <= value)
		value = bound - step;
	if (bounded(schema, "minimum", &bound) && bound > value)
		value = bound;
	if (bounded(schema, "exclusiveMinimum", &bound) && bound >= value)
		value = bound + step;
	return value;
}

static json_t *fit_integer(const json_t *schema)
{
	double value = within(schema, 1);

	if (!(value > -9e15 && value < 9e15))
		return json_integer(0);
	return json_integer((json_int_t)value);
}

static json_t *fit_array(struct fitting *f, const json_t *schema)
{
	size_t count = size_of(schema, "minItems", ITEMS, 1);
	json_t *array = json_array();

	count = size_of(schema, "maxItems", count, count);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(array,
				      fit(f, json_object_get(schema, "items")));
	return array;
}

static bool required(const json_t *schema, const char *name)
{
	json_t *names = json_object_get(schema, "required");
	size_t i;
	json_t *value;

	json_array_foreach (names, i, value)
		if (json_is_string(value) &&
		    !strcmp(json_string_value(value), name))
			return true;
	return false;
}

static void fill_object(struct fitting *f, const json_t *schema, json_t *object)
{
	json_t *properties = json_object_get(schema, "properties");
	const char *name;
	json_t *value;

	json_object_foreach (properties, name, value)
		if (f->fill == SANDBOX_ALL || required(schema, name))
			json_object_set_new(object, name, fit(f, value));
}

/* All parts of allOf hold at once; we know how to join objects. */
static json_t *fit_object(struct fitting *f, const json_t *schema)
{
	json_t *object = json_object();
	json_t *parts = json_object_get(schema, "allOf");
	size_t i;
	json_t *part;

	json_array_foreach (parts, i, part) {
		json_t *value = fit(f, part);

		json_object_update(object, value);
		json_decref(value);
	}
	fill_object(f, schema, object);
	return object;
}

static const char *type_of(const json_t *schema)
{
	json_t *type = json_object_get(schema, "type");

	if (json_is_array(type))
		type = json_array_get(type, 0);
	if (json_is_string(type))
		return json_string_value(type);
	if (json_object_get(schema, "properties") ||
	    json_object_get(schema, "allOf"))
		return "object";
	return json_object_get(schema, "items") ? "array" : "string";
}

static json_t *fit_type(struct fitting *f, const json_t *schema)
{
	const char *type = type_of(schema);

	if (!strcmp(type, "object"))
		return fit_object(f, schema);
	if (!strcmp(type, "array"))
		return fit_array(f, schema);
	if (!strcmp(type, "string"))
		return fit_string(schema);
	if (!strcmp(type, "integer"))
		return fit_integer(schema);
	if (!strcmp(type, "number"))
		return json_real(within(schema, 0.5));
	if (!strcmp(type, "boolean"))
		return json_true();
	return json_null();
}

/* The schema that stands for SCHEMA: what it refers to or its first choice. */
static json_t *other(struct fitting *f, const json_t *schema)
{
	const char *pointer =
		json_string_value(json_object_get(schema, "$ref"));
	json_t *first = json_array_get(json_object_get(schema, "anyOf"), 0);

	if (pointer)
		return refer(f, pointer);
	return first ? first
		     : json_array_get(json_object_get(schema, "oneOf"), 0);
}

static json_t *fit(struct fitting *f, json_t *schema)
{
	json_t *value = ready(schema);

	if (value)
		return json_incref(value);
	if (!json_is_object(schema) || f->depth == DEPTH ||
	    f->values++ >= VALUES)
		return json_null();
	f->depth++;
	value = other(f, schema);
	value = value ? fit(f, value) : fit_type(f, schema);
	f->depth--;
	return value;
}

json_t *sandbox_fit(json_t *schema, enum sandbox_fill fill)
{
	struct fitting f = { .root = schema, .fill = fill };

	return fit(&f, schema);
}
