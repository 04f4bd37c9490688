// A bridge for those who prefer libFuzzer: it starts the fuzzing program as afl-fuzz would, gives it each input, and hands its counts to
// libFuzzer as extra counters. docs/testing.md tells how to build and run it.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

enum { COUNTS = 1 << 16, COMMANDS = 198, ANSWERS = 199 };

// Not static: nothing here reads it, so the compiler would leave the writes out.
__attribute__((section("__libfuzzer_extra_counters"))) uint8_t counters[COUNTS];

static uint8_t *counts;
static char file[] = "/tmp/libfuzzer-input-XXXXXX";
static int input, commands, answers;

static void demand(int holds, const char *what) {
  if (holds) return;
  perror(what);
  exit(2);
}

// FUZZ is the program, TARGET what it fuzzes.
int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  int down[2], up[2], shared = shmget(IPC_PRIVATE, COUNTS, IPC_CREAT | 0600);
  char id[16], word[4];
  demand(shared >= 0 && pipe(down) == 0 && pipe(up) == 0, "shared memory and pipes");
  counts = shmat(shared, NULL, 0);
  demand((input = mkstemp(file)) >= 0, file);
  snprintf(id, sizeof id, "%d", shared);
  setenv("__AFL_SHM_ID", id, 1);
  if (fork() == 0) {
    dup2(down[0], COMMANDS), dup2(up[1], ANSWERS);
    close(down[0]), close(down[1]), close(up[0]), close(up[1]);
    execl(getenv("FUZZ"), getenv("FUZZ"), getenv("TARGET"), "--afl", file, NULL);
    demand(0, "FUZZ");
  }

  close(down[0]), close(up[1]);
  commands = down[1], answers = up[0];
  demand(read(answers, word, sizeof word) == sizeof word, "the program's first word");
  shmctl(shared, IPC_RMID, NULL);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char word[4] = {0};
  int status;
  demand(ftruncate(input, 0) == 0 && pwrite(input, data, size, 0) == (ssize_t)size, file);
  demand(write(commands, word, sizeof word) == sizeof word, "a command");
  demand(read(answers, word, sizeof word) == sizeof word, "a process");
  demand(read(answers, &status, sizeof status) == sizeof status, "an answer");
  memcpy(counters, counts, COUNTS);
  if (status != 0) abort();
  return 0;
}
