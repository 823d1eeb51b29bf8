#include "base/parcel.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

bool parcel_map(const struct parcel *p, struct span *bytes, struct fault *why)
{
	size_t len = (size_t)p->file_bytes;
	void *at;

	if (!p->file_bytes) {
		*bytes = p->bytes;
		return true;
	}
	at = mmap(NULL, len, PROT_READ, MAP_SHARED, p->file, 0);
	if (at == MAP_FAILED)
		return fault_set(why, FAULT_INTERNAL,
				 "cannot look at a body: %s", strerror(errno));
	*bytes = (struct span){ at, len };
	return true;
}

/* The system takes no constant pointer, though it changes nothing. */
void parcel_unmap(const struct parcel *p, struct span bytes)
{
	const union {
		const char *ours;
		void *theirs;
	} at = { bytes.at };

	if (p->file_bytes)
		munmap(at.theirs, bytes.len);
}
