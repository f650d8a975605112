/* compiler.h: what is said to the compiler. */
#ifndef FA_COMPILER_H
#define FA_COMPILER_H

/* A thread-local variable of plain C. */
#define FA_THREAD_LOCAL _Thread_local

/* A function of its own. GCC must not specialise it either: a thread's own data, handed on as an argument, would be looked up
 * anew at each use. */
#if defined(__clang__)
#define FA_NOINLINE __attribute__((noinline))
#else
#define FA_NOINLINE __attribute__((noipa))
#endif

#define FA_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define FA_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

#endif
