#ifndef RELAY_RELAY_H
#define RELAY_RELAY_H

#include "relay/job.h"

/*
 * Serve one request from plan to settlement: hold, ask one candidate after
 * another until one answers, carry the answer to the client as it comes,
 * settle, and only then send its end. The caller has filled the first part of
 * JOB. False: nothing has gone to the client, which is to be told WHY; when the
 * answer had begun, the client has been told in it, and it is true.
 */
bool relay_run(struct job *job, struct fault *why);

#endif
