# Builds, installs and packs pdu-harness. `make` alone builds it.

PREFIX ?= /usr/local
DESTDIR ?=
ROUNDS ?= 10
PACE ?= 60
VERSION := $(shell sed -n 's/^let harnessVersion = "\(.*\)"/\1/p' Sources/HarnessCommands/PDUHarness.swift)
NAME := pdu-harness-$(VERSION)-$(shell uname -s | tr A-Z a-z)-$(shell uname -m)
BUILD := sh .ci/with-libxml2 swift build -c release --static-swift-stdlib --product pdu-harness
BINARY := .build/release/pdu-harness

.PHONY: build test soak install dist clean

build:
	$(BUILD)

test:
	sh .ci/test

# Every scenario ROUNDS times to a client program, PACE scenario seconds a second.
soak: build
	ROUNDS=$(ROUNDS) PACE=$(PACE) .ci/soak "$(BINARY)"

# Binary and data, found by each other: PREFIX/bin and PREFIX/share/pdu-harness.
install: build
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/pdu-harness"
	install -m 755 "$(BINARY)" "$(DESTDIR)$(PREFIX)/bin/pdu-harness"
	cp -R Scenarios Golden CSDL "$(DESTDIR)$(PREFIX)/share/pdu-harness/"
	cp LICENSE NOTICE "$(DESTDIR)$(PREFIX)/share/pdu-harness/"

# A tarball that runs where libxml2 is installed and Swift is not.
dist:
	$(BUILD)
	rm -rf "dist/$(NAME)"
	install -d "dist/$(NAME)/bin" "dist/$(NAME)/share/pdu-harness"
	install -m 755 -s "$(BINARY)" "dist/$(NAME)/bin/pdu-harness"
	cp -R Scenarios Golden CSDL "dist/$(NAME)/share/pdu-harness/"
	cp README.md LICENSE NOTICE "dist/$(NAME)/"
	tar -C dist --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 \
		-czf "dist/$(NAME).tar.gz" "$(NAME)"
	@echo "dist/$(NAME).tar.gz"

clean:
	rm -rf .build dist pdu-harness-out
