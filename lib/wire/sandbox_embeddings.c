#include "wire/sandbox_embeddings.h"

#include "wire/sandbox_dialect.h"
#include "wire/sandbox_vector.h"

#include <stdlib.h>

static bool read_dimensions(json_t *body, struct sandbox_embed *embed,
			    struct fault *why)
{
	json_t *given = json_object_get(body, "dimensions");
	json_int_t dimensions = SANDBOX_DIMENSIONS;

	if (embed->name.number >= 0)
		dimensions = embed->name.number;
	if (given && !json_is_null(given))
		dimensions = json_integer_value(given);
	if (dimensions < 1 || dimensions > SANDBOX_DIMENSIONS_MOST)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "Invalid value for 'dimensions': expected an "
				 "integer from 1 to %d",
				 SANDBOX_DIMENSIONS_MOST);
	embed->dimensions = (size_t)dimensions;
	return true;
}

static bool read_format(json_t *body, bool *base64, struct fault *why)
{
	json_t *given = json_object_get(body, "encoding_format");
	struct span format = span_of(json_string_value(given));

	*base64 = span_is(format, "base64");
	if (given && !json_is_null(given) && !*base64 &&
	    !span_is(format, "float"))
		return fault_set(why, FAULT_BAD_REQUEST,
				 "Invalid value for 'encoding_format': "
				 "expected float or base64");
	return true;
}

bool sandbox_embed_read(struct arena *a, json_t *body,
			struct sandbox_embed *embed, struct fault *why)
{
	struct sandbox_ask ask;
	struct sandbox_embed read = { .dimensions = 0 };

	if (!sandbox_ask_read(a, body, &ask, why))
		return false;
	read.name = ask.name;
	if (read.name.manner != SANDBOX_EMBED)
		return fault_set(why, FAULT_BAD_REQUEST,
				 "This is not an embedding model: %.64s",
				 read.name.base);
	if (!sandbox_input_read(a, body, "input", &read.input, why) ||
	    !read_dimensions(body, &read, why) ||
	    !read_format(body, &read.base64, why))
		return false;
	*embed = read;
	return true;
}

static void print_one(const struct sandbox_embed *embed, size_t number,
		      float *vector, struct buf *out)
{
	sandbox_vector(embed->input.texts[number], vector, embed->dimensions);
	buf_print(out,
		  "%s{\"object\":\"embedding\",\"index\":%zu,\"embedding\":",
		  number ? "," : "", number);
	if (embed->base64) {
		buf_text(out, "\"");
		sandbox_vector_base64(vector, embed->dimensions, out);
		buf_text(out, "\"");
	} else {
		sandbox_vector_print(vector, embed->dimensions, out);
	}
	buf_text(out, "}");
}

void sandbox_embed_print(const struct sandbox_embed *embed,
			 const struct sandbox_script *script, struct buf *out)
{
	float *vector = calloc(embed->dimensions, sizeof(*vector));

	if (!vector)
		abort();
	buf_text(out, "{\"object\":\"list\",\"data\":[");
	for (size_t i = 0; i < embed->input.count && buf_fits(out); i++)
		print_one(embed, i, vector, out);
	buf_text(out, "],\"model\":");
	sandbox_quote(out, embed->name.full);
	if (script->usage != SANDBOX_USAGE_ABSENT) {
		buf_text(out, ",\"usage\":");
		sandbox_usage_print_prompt(script->usage, embed->input.tokens,
					   out);
	}
	buf_text(out, "}");
	free(vector);
}
