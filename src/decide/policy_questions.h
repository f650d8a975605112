/* policy_questions.h: what a policy asks the core while it is made: functions of the module. */
#ifndef FA_POLICY_QUESTIONS_H
#define FA_POLICY_QUESTIONS_H

#include "support/compat.h"

/* Add them. Returns 0, or -1 with an exception set. */
int fa_policy_questions_exec(PyObject *module);

#endif
