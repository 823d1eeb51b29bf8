# make            build every program
# make run        build, set up var/ and serve on 127.0.0.1:8080
# make check      build and run every test
# make help       all targets

BUILD     ?= build
PORT      ?= 8080
VAR       ?= var
PREFIX    ?= /usr/local
PROGDIR   ?= $(PREFIX)/lib/turnpike/cgi-bin
WWWDIR    ?= $(PREFIX)/share/turnpike/www
DOCDIR    ?= $(PREFIX)/share/doc/turnpike
PKGCONFIG ?= pkg-config
PYTHON    ?= /usr/bin/python3
# V=1 shows the commands.
Q          = $(if $(V),,@)
PKGS       = fcgi libcurl jansson sqlite3 libsodium

WARN      = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wwrite-strings -Wcast-qual -Wvla -Wundef \
            -Wformat=2 -Wimplicit-fallthrough -Werror
HARDEN    = -fstack-protector-strong -fPIE
CFLAGS   ?= -O2 -g -D_FORTIFY_SOURCE=2
LDFLAGS  ?= -pie -Wl,-z,relro,-z,now

# CPPFLAGS, CFLAGS and LDFLAGS are the user's; what the code cannot do without
# stands in the ALL_ forms, so that setting one never breaks the build. They
# are lazy: `make deps` must work where pkg-config is still missing.
ALL_CPPFLAGS = -D_GNU_SOURCE -Ilib -I. -I$(BUILD)/gen \
               $(PKG_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS   = -std=c17 -pthread $(WARN) $(HARDEN) $(SANITIZE) $(CFLAGS)
ALL_LDFLAGS  = -pthread -Wl,--as-needed $(SANITIZE) $(LDFLAGS)
PKG_CFLAGS   = $(eval PKG_CFLAGS := $$(shell $(PKGCONFIG) --cflags $(PKGS)))$(PKG_CFLAGS)
PKG_LIBS     = $(eval PKG_LIBS := $$(shell $(PKGCONFIG) --libs $(PKGS)))$(PKG_LIBS)
TEST_CFLAGS  = $(eval TEST_CFLAGS := $$(shell $(PKGCONFIG) --cflags criterion))$(TEST_CFLAGS)
TEST_LIBS    = $(eval TEST_LIBS := $$(shell $(PKGCONFIG) --libs criterion))$(TEST_LIBS)

MAKEFLAGS += --no-print-directory

# Every .c file is found, never listed: a new program, command, module or test
# needs no line here.
LIB_SRC   := $(wildcard lib/*/*.c)
PROG_SRC  := $(wildcard cgi-bin/*.c)
CMD_SRC   := $(wildcard bin/commands/*.c)
TEST_SRC  := $(wildcard tests/*/test_*.c)
RACE_SRC  := $(wildcard tests/race/*.c)
FUZZ_SRC  := $(wildcard tests/fuzz/fuzz_*.c)
AID_SRC   := $(wildcard tests/support/*.c)
SQL       := $(sort $(wildcard sql/schema/*.sql)) \
             $(sort $(wildcard sql/seed/*.sql)) $(sort $(wildcard sql/query/*.sql))
GEN        = $(BUILD)/gen/store/sql

LIB_OBJ   := $(LIB_SRC:%.c=$(BUILD)/%.o) $(GEN).o
CMD_OBJ   := $(CMD_SRC:%.c=$(BUILD)/%.o)
AID_OBJ   := $(AID_SRC:%.c=$(BUILD)/%.o)
PROGS     := $(PROG_SRC:%.c=$(BUILD)/%.fcgi)
TOOL      := $(patsubst %.c,$(BUILD)/%,$(wildcard bin/*.c))
TESTS     := $(TEST_SRC:%.c=$(BUILD)/%)
RACES     := $(RACE_SRC:%.c=$(BUILD)/%)
REPLAYS   := $(FUZZ_SRC:%.c=$(BUILD)/%)
LIB        = $(BUILD)/libturnpike.a

all: $(PROGS) $(TOOL) ## Build every program and the turnpike command (the default)

$(PROGS): $(BUILD)/%.fcgi: $(BUILD)/%.o $(LIB)
	@echo "  LD  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(LDLIBS)

$(TOOL): $(BUILD)/bin/turnpike.o $(CMD_OBJ) $(LIB)
	@echo "  LD  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(LDLIBS)

$(TESTS): $(BUILD)/%: $(BUILD)/%.o $(AID_OBJ) $(LIB)
	@echo "  LD  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(LDLIBS) $(TEST_LIBS)

# Plain programs: Criterion and the thread sanitizer do not go together.
$(RACES): $(BUILD)/%: $(BUILD)/%.o $(LIB)
	@echo "  LD  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(LDLIBS)

# The fuzz targets, with a main() that replays a corpus.
$(REPLAYS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/tests/fuzz/replay.o $(LIB)
	@echo "  LD  $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(LDLIBS)

$(LIB): $(LIB_OBJ)
	@echo "  AR  $@"
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/%.o: %.c $(GEN).h $(BUILD)/flags
	@mkdir -p $(@D)
	@echo "  CC  $<"
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%: ALL_CPPFLAGS += -Itests $(TEST_CFLAGS)

# A seed is one long string.
$(GEN).o: $(GEN).c $(GEN).h $(BUILD)/flags
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -Wno-overlength-strings -MMD -MP -c -o $@ $<

$(GEN).h $(GEN).c: $(SQL) sql/embed.awk
	@mkdir -p $(@D)
	$(Q)awk -v want=$(if $(filter %.h,$@),header,source) -f sql/embed.awk $(SQL) >$@.new
	$(Q)mv $@.new $@

# Objects depend on the flags that they were made with.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CFLAGS) $(CPPFLAGS)' | cmp -s - $@ || \
	 echo '$(CC) $(ALL_CFLAGS) $(CPPFLAGS)' >$@

run: ## Build, set up $(VAR)/ and serve on 127.0.0.1:$(PORT)
	@bin/deps build run
	@$(MAKE) all
	@BUILD='$(BUILD)' PORT='$(PORT)' VAR='$(VAR)' exec bin/run

deps: ## Install the packages that building, running and testing need
	bin/deps build run check lint coverage

install: all ## Install below PREFIX (DESTDIR is put before it)
	install -d '$(DESTDIR)$(PROGDIR)' '$(DESTDIR)$(PREFIX)/bin' \
	  '$(DESTDIR)$(WWWDIR)' '$(DESTDIR)$(DOCDIR)/httpd-examples'
	install -m 755 $(PROGS) '$(DESTDIR)$(PROGDIR)'
	install -m 755 $(TOOL) '$(DESTDIR)$(PREFIX)/bin'
	install -m 644 README.md LICENSE '$(DESTDIR)$(DOCDIR)'
	cp -R httpd-examples/. '$(DESTDIR)$(DOCDIR)/httpd-examples'
	cp -R www/. '$(DESTDIR)$(WWWDIR)'

floors: ## Check that no file includes one from a floor above it
	@awk -f tests/floors.awk lib/*/*.[ch]

clean: ## Remove everything made
	rm -rf $(BUILD)

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

-include tests/tests.mk

-include $(LIB_OBJ:.o=.d) $(CMD_OBJ:.o=.d) $(AID_OBJ:.o=.d) \
         $(PROGS:.fcgi=.d) $(TOOL).d $(TESTS:%=%.d) $(RACES:%=%.d) $(REPLAYS:%=%.d)

.PHONY: all run deps install floors clean help FORCE
.SECONDARY:
