#include "http/stop.h"

#include "http/serve.h"

#include <stdatomic.h>

/* Signals concern the process, so this is the process's. */
static atomic_bool stopping;

void stop_begin(void)
{
	atomic_store(&stopping, true);
}

bool serve_stopping(void)
{
	return atomic_load(&stopping);
}
