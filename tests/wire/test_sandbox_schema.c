#include "wire/sandbox_schema.h"

#include "support/row.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *label, *schema, *want;
} schemas[] = {
	{ "string", "{'type':'string'}", "'sandbox'" },
	{ "format", "{'type':'string','format':'date'}", "'2026-01-01'" },
	{ "unknown format", "{'type':'string','format':'x'}", "'sandbox'" },
	{ "longer", "{'type':'string','minLength':9}", "'sandboxxx'" },
	{ "shorter", "{'type':'string','maxLength':3}", "'san'" },
	{ "length that lies", "{'type':'string','minLength':-1}", "'sandbox'" },
	{ "integer", "{'type':'integer'}", "1" },
	{ "minimum", "{'type':'integer','minimum':5}", "5" },
	{ "above", "{'type':'integer','exclusiveMinimum':5}", "6" },
	{ "maximum", "{'type':'integer','maximum':-5}", "-5" },
	{ "below", "{'type':'integer','exclusiveMaximum':0}", "-1" },
	{ "far too large", "{'type':'integer','minimum':1e300}", "0" },
	{ "number", "{'type':'number'}", "1.0" },
	{ "number below", "{'type':'number','exclusiveMaximum':1}", "0.5" },
	{ "boolean", "{'type':'boolean'}", "true" },
	{ "null", "{'type':'null'}", "null" },
	{ "types", "{'type':['integer','null']}", "1" },
	{ "enum", "{'type':'string','enum':['b','a']}", "'b'" },
	{ "const", "{'const':7}", "7" },
	{ "default", "{'type':'string','default':'d'}", "'d'" },
	{ "examples", "{'type':'string','examples':['e']}", "'e'" },
	{ "array", "{'type':'array','items':{'type':'integer'}}", "[1]" },
	{ "items", "{'type':'array','minItems':2,'items':{'const':0}}",
	  "[0,0]" },
	{ "no items", "{'type':'array','maxItems':0}", "[]" },
	{ "untyped array", "{'items':{'const':0}}", "[0]" },
	{ "object",
	  "{'type':'object','properties':{'a':{'type':'string'},'b':{'const':1}"
	  "},'required':['a']}",
	  "{'a':'sandbox'}" },
	{ "untyped object", "{'properties':{'a':{}},'required':['a']}",
	  "{'a':'sandbox'}" },
	{ "nested",
	  "{'type':'object','properties':{'a':{'type':'object','properties':{"
	  "'b':{'type':'integer'}},'required':['b']}},'required':['a']}",
	  "{'a':{'b':1}}" },
	{ "reference",
	  "{'$defs':{'n':{'type':'integer'}},'type':'object','properties':{'a':"
	  "{'$ref':'#/$defs/n'}},'required':['a']}",
	  "{'a':1}" },
	{ "reference to nothing", "{'$ref':'#/x'}", "'sandbox'" },
	{ "reference elsewhere", "{'$ref':'http://x/'}", "'sandbox'" },
	{ "any of", "{'anyOf':[{'type':'integer'},{'type':'null'}]}", "1" },
	{ "one of", "{'oneOf':[{'type':'boolean'}]}", "true" },
	{ "all of",
	  "{'allOf':[{'properties':{'a':{'const':1}},'required':['a']},{"
	  "'properties':{'b':{'const':2}},'required':['b']}]}",
	  "{'a':1,'b':2}" },
	{ "no schema", "5", "null" },
	{ "true", "true", "null" },
	{ "empty", "{}", "'sandbox'" },
};

/* JSON with double quotes where TEXT has single ones. */
static void quote(const char *text, char *out)
{
	for (; (*out = *text); out++, text++)
		if (*out == '\'')
			*out = '"';
}

EACH(sandbox_schema, is_fitted, schemas)
{
	char schema_text[400], want[400];
	json_t *schema, *value;
	char *text;

	quote(row->schema, schema_text);
	quote(row->want, want);
	schema = json_loads(schema_text, JSON_DECODE_ANY, NULL);
	cr_assert(schema, "%s", row->label);
	value = sandbox_fit(schema, SANDBOX_REQUIRED);
	text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	cr_expect_str_eq(text, want, "%s", row->label);
	free(text);
	json_decref(value);
	json_decref(schema);
}

Test(sandbox_schema, fills_every_property_when_told_to)
{
	json_t *schema = json_pack("{s:{s:{s:i}, s:{s:i}}}", "properties", "a",
				   "const", 1, "b", "const", 2);
	json_t *value = sandbox_fit(schema, SANDBOX_ALL);

	cr_expect_eq(json_object_size(value), 2);
	json_decref(value);
	json_decref(schema);
}

/* A hostile schema: it refers to itself, twice in each round. */
Test(sandbox_schema, ends_where_a_schema_does_not)
{
	json_t *schema = json_loads(
		"{\"properties\":{\"a\":{\"$ref\":\"#\"},"
		"\"b\":{\"type\":\"array\",\"minItems\":1000000,"
		"\"items\":{\"$ref\":\"#\"}}},\"required\":[\"a\",\"b\"]}",
		0, NULL);
	json_t *value = sandbox_fit(schema, SANDBOX_REQUIRED);
	char *text = json_dumps(value, JSON_COMPACT);

	cr_expect_lt(strlen(text), 100000);
	free(text);
	json_decref(value);
	json_decref(schema);
}
