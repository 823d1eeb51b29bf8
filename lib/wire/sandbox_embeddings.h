#ifndef WIRE_SANDBOX_EMBEDDINGS_H
#define WIRE_SANDBOX_EMBEDDINGS_H

#include "base/buf.h"
#include "wire/sandbox_ask.h"
#include "wire/sandbox_input.h"
#include "wire/sandbox_script.h"

/* A request to /embeddings. */
struct sandbox_embed {
	struct sandbox_name name;
	struct sandbox_input input;
	size_t dimensions;
	bool base64;
};

bool sandbox_embed_read(struct arena *a, json_t *body,
			struct sandbox_embed *embed, struct fault *why);

/* Its answer, as OpenAI has it. */
void sandbox_embed_print(const struct sandbox_embed *embed,
			 const struct sandbox_script *script, struct buf *out);

#endif
