# The targets that test; included by the Makefile.

TALLY        = $(BUILD)/check
KINDS        = unit $(if $(REPLAYS),replay) $(if $(RACES),race) programs
PYTEST       = TURNPIKE_BUILD='$(BUILD)' timeout -k 10 900 $(PYTHON) -B -m pytest -q \
               -p no:cacheprovider
PY_TESTS     = $(sort $(dir $(wildcard tests/*/test_*.py)))
FUZZ_SECONDS ?= 30
UNIT_SECONDS  = 240
FUZZERS     := $(FUZZ_SRC:%.c=$(BUILD)/%.fuzzer)
FOUND        = $(BUILD)/sanitizer
VERDICT      = status=$$?; ! cat $(FOUND)/* 2>/dev/null || status=1; exit $$status
LOADED       = budget crash gone whole_path
SANE         = CFLAGS='-O1 -g -fno-omit-frame-pointer' LDFLAGS= \
               SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all'

check: ## Build and run every test
	@bin/deps build run check
	@$(MAKE) check-all

# Each kind is run, whatever became of the one before; the sum is last.
check-all: all $(if $(filter unit,$(KINDS)),$(TESTS)) \
  $(if $(filter race,$(KINDS)),$(RACES)) $(if $(filter replay,$(KINDS)),$(REPLAYS))
	@rm -rf $(TALLY) && mkdir -p $(TALLY)
	@for kind in $(KINDS); do \
	  tests/tally $(TALLY)/$$kind $(MAKE) check-$$kind || true; \
	done
	@tests/tally sum $(addprefix $(TALLY)/,$(KINDS))

# TESTS=build/tests/base/test_buf runs one. Criterion now and then does not see
# that a test has ended and waits for ever: such a run is said and begun anew.
check-unit: all $(TESTS) ## The unit tests alone
	@failed=0; for t in $(TESTS); do \
	  timeout -k 5 $(UNIT_SECONDS) ./$$t -j0; status=$$?; \
	  if [ $$status = 124 ]; then echo "$$t stood still: once more"; \
	    timeout -k 5 $(UNIT_SECONDS) ./$$t -j0; status=$$?; fi; \
	  [ $$status = 0 ] || { echo "$$t ended with $$status"; failed=1; }; \
	done; exit $$failed

# SELECT='-k stream' is pytest's own selection.
check-programs: all ## The tests of the built programs alone
	@failed=0; for t in $(PY_TESTS); do \
	  $(PYTEST) $$t $(SELECT) || failed=1; \
	done; exit $$failed

# What a fuzz target stumbled over once is in its folder there.
check-replay: $(REPLAYS)
	@for t in $(REPLAYS); do \
	  ./$$t tests/fuzz/corpus/$$(basename $$t | sed s/fuzz_//)/* || \
	    echo "$$t failed"; \
	done | awk '/^[0-9]+ passed/ { passed += $$1; failed += $$3; next } \
	  / failed$$/ { failed++ } { print } \
	  END { print passed + 0 " passed, " failed + 0 " failed"; exit failed > 0 }'

check-race: $(RACES)
	@passed=0; failed=0; for t in $(RACES); do \
	  if ./$$t; then passed=$$((passed + 1)); \
	  else echo "$$t failed"; failed=$$((failed + 1)); fi; \
	done; echo "$$passed passed, $$failed failed"; [ $$failed = 0 ]

check-sdk: ## The official OpenAI SDKs against a running suite (needs a network)
	@bin/deps build run sdk
	@$(MAKE) all
	@TURNPIKE_BUILD='$(BUILD)' $(PYTHON) -B tests/sdk/check.py

# What a sanitizer finds does not fail a test run by itself: a leak shows after
# the test, and a program behind a web server is not asked how it ended. So all
# of it is written into one folder, which must stay empty.
asan: ## The tests under AddressSanitizer; a leak fails too
	@rm -rf $(FOUND) && mkdir -p $(FOUND)
	@ASAN_OPTIONS=log_exe_name=1:log_path=$(abspath $(FOUND))/asan \
	$(MAKE) check-all BUILD=$(BUILD)/asan $(SANE); $(VERDICT)

tsan: ## The race tests, and programs under load, under ThreadSanitizer
	@rm -rf $(FOUND) && mkdir -p $(FOUND)
	@TSAN_OPTIONS=log_path=$(abspath $(FOUND))/tsan \
	$(MAKE) check-all BUILD=$(BUILD)/tsan KINDS='race programs' \
	  PY_TESTS='$(wildcard $(LOADED:%=tests/programs/test_%.py))' \
	  CFLAGS='-O1 -g' LDFLAGS= SANITIZE='-fsanitize=thread'; $(VERDICT)

# One file for each process: several at once raise false reports.
tidy: $(GEN).h ## Lint all C files with clang-tidy
	@bin/deps lint
	@printf '%s\n' $(LIB_SRC) $(PROG_SRC) $(CMD_SRC) $(wildcard bin/*.c) | \
	xargs -P 2 -I{} clang-tidy --quiet --warnings-as-errors='*' {} -- \
	  $(ALL_CPPFLAGS) -std=c17 2>/dev/null

format: ## Lay out all C files
	clang-format -i $(shell git ls-files '*.c' '*.h')

format-check: ## Check the layout of all C files
	clang-format --dry-run -Werror $(shell git ls-files '*.c' '*.h')

fuzz: ## Fuzz every target for FUZZ_SECONDS (30)
	@bin/deps lint
	@$(MAKE) fuzz-all BUILD=$(BUILD)/fuzz CC=clang CFLAGS='-O1 -g' LDFLAGS= \
	  SANITIZE='-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all'

fuzz-all: $(FUZZERS)
	@set -e; for t in $(FUZZERS); do \
	  name=$$(basename $$t .fuzzer | sed s/fuzz_//); \
	  mkdir -p $(BUILD)/found/$$name; \
	  ./$$t -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 \
	    -verbosity=0 -print_final_stats=1 \
	    -artifact_prefix=$(BUILD)/found/$$name- \
	    $(BUILD)/found/$$name tests/fuzz/corpus/$$name; \
	done

$(FUZZERS): $(BUILD)/%.fuzzer: $(BUILD)/%.o $(LIB)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS) $(LDLIBS)

bench: ## Measure against nginx's plain proxy, and print the ratios
	@bin/deps build run bench
	@$(MAKE) all
	@TURNPIKE_BUILD='$(BUILD)' $(PYTHON) -B tests/bench/bench.py $(BENCH)

coverage: ## Which lines the tests reach
	@bin/deps build run check coverage
	@$(MAKE) check-all BUILD=$(BUILD)/cov CFLAGS='-O0 -g' LDFLAGS= \
	  SANITIZE='--coverage'
	@mkdir -p $(BUILD)/cov/report
	gcovr -r . --object-directory $(BUILD)/cov -e tests -e '$(BUILD)' \
	  --html-details $(BUILD)/cov/report/index.html --print-summary

.PHONY: check check-all check-unit check-programs check-replay check-race \
        check-sdk asan tsan tidy format format-check fuzz fuzz-all bench coverage
