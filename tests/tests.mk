# The targets that test; included by the Makefile.

# TESTS=build/tests/base/test_buf runs one.
check-unit: all $(TESTS) ## The unit tests alone
	@failed=0; for t in $(TESTS); do ./$$t -j0 || failed=1; done; exit $$failed

check: check-unit ## Build and run every test

asan: ## The tests under AddressSanitizer; a leak fails too
	rm -rf $(BUILD)/asan/log && mkdir -p $(BUILD)/asan/log
	ASAN_OPTIONS=log_path=$(CURDIR)/$(BUILD)/asan/log/found \
	$(MAKE) check-unit BUILD=$(BUILD)/asan CFLAGS='-O1 -g -fno-omit-frame-pointer' LDFLAGS= \
	  SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all'
	@! cat $(BUILD)/asan/log/found.* 2>/dev/null

format: ## Lay out all C files
	clang-format -i $(shell git ls-files '*.c' '*.h')

format-check: ## Check the layout of all C files
	clang-format --dry-run -Werror $(shell git ls-files '*.c' '*.h')

.PHONY: check check-unit asan format format-check
