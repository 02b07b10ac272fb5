//go:build darwin || (linux && iokitfake)

package iokit

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// From IOKitLib.h and IOKitKeys.h.
const (
	mainPort      = 0 // kIOMainPortDefault; the name is kIOMasterPortDefault before macOS 12
	servicePlane  = "IOService"
	recursively   = 1 // kIORegistryIterateRecursively: downwards,
	parents       = 2 // kIORegistryIterateParents: or upwards
	propertyMatch = "IOPropertyMatch"
)

// Service is an optical drive that can write, as listed in the I/O registry.
type Service struct {
	ID       uint64 // registry entry id: the same until the drive is unplugged or the Mac restarts
	Vendor   string
	Product  string
	Revision string // firmware
	Bus      string // "USB", "SATA" ...
	// BSDName is the medium's name, such as "disk4"; "" without a medium. It doesn't
	// identify the drive: with another disc it may change.
	BSDName string
}

// Client is a program that is connected to a drive.
type Client struct {
	PID  int
	Name string
}

// Drives lists the authoring devices, empty ones too, in the order of their ids. It
// opens none and sends no command.
func (l *Library) Drives() ([]Service, error) {
	// {"IOPropertyMatch": {"SCSITaskDeviceCategory": "SCSITaskAuthoringDevice"}}: a class
	// name wouldn't do, because the class depends on whether the drive supports DVDs.
	category := l.cfString("SCSITaskAuthoringDevice")
	properties := l.dictionary("SCSITaskDeviceCategory", category)
	matching := l.dictionary(propertyMatch, properties)
	l.release(properties)
	l.release(category)

	var iterator uint32
	if err := check("IOServiceGetMatchingServices", l.matchAll(mainPort, matching, &iterator)); err != nil { // consumes matching
		return nil, err
	}
	defer l.releaseObject(iterator)
	var found []Service
	for service := l.next(iterator); service != 0; service = l.next(iterator) {
		s, err := l.describe(service)
		l.releaseObject(service)
		if err == nil { // otherwise it was unplugged just now
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b Service) int { return cmp.Compare(a.ID, b.ID) })
	return found, nil
}

// describe reads the registry's properties of a drive.
func (l *Library) describe(service uint32) (Service, error) {
	var s Service
	if err := check("IORegistryEntryGetRegistryEntryID", l.entryID(service, &s.ID)); err != nil {
		return s, err
	}
	// On the drive itself or on one of the nodes that carry it.
	l.search(service, "Device Characteristics", recursively|parents, func(cf uintptr) {
		s.Vendor = l.entry(cf, "Vendor Name")
		s.Product = l.entry(cf, "Product Name")
		s.Revision = l.entry(cf, "Product Revision Level")
	})
	l.search(service, "Protocol Characteristics", recursively|parents, func(cf uintptr) {
		s.Bus = l.entry(cf, "Physical Interconnect")
	})
	s.BSDName = l.bsdName(service)
	return s, nil
}

// search reads a property of a node or of those below or above it. The argument of do is
// valid only during the call.
func (l *Library) search(entry uint32, key string, options uint32, do func(cf uintptr)) {
	l.with(key, func(name uintptr) {
		if cf := l.searchProperty(entry, servicePlane, name, 0, options); cf != 0 {
			do(cf)
			l.release(cf)
		}
	})
}

// bsdName is the name of the whole medium below a drive. It doesn't exist while a program
// has exclusive access.
func (l *Library) bsdName(service uint32) (name string) {
	l.search(service, "BSD Name", recursively, func(cf uintptr) { name = l.text(cf) })
	return WholeDisk(name)
}

// WholeDisk removes the slice from a BSD name: disk4 of disk4s1; "" for anything else.
func WholeDisk(name string) string {
	number, ok := strings.CutPrefix(name, "disk")
	if !ok {
		return ""
	}
	number, _, _ = strings.Cut(number, "s")
	if _, err := strconv.ParseUint(number, 10, 32); err != nil {
		return ""
	}
	return "disk" + number
}

// clients are the programs that are connected to the drive: user clients below it name
// their owners, as "pid 4711, Toast".
func (l *Library) clients(service uint32) []Client {
	var iterator uint32
	if l.children(service, servicePlane, &iterator) != 0 {
		return nil
	}
	defer l.releaseObject(iterator)
	var found []Client
	for child := l.next(iterator); child != 0; child = l.next(iterator) {
		l.with("IOUserClientCreator", func(key uintptr) {
			if cf := l.property(child, key, 0, 0); cf != 0 {
				if c, ok := parseCreator(l.text(cf)); ok {
					found = append(found, c)
				}
				l.release(cf)
			}
		})
		l.releaseObject(child)
	}
	return found
}

func parseCreator(text string) (Client, bool) {
	pid, name, _ := strings.Cut(strings.TrimPrefix(text, "pid "), ", ")
	n, err := strconv.Atoi(pid)
	return Client{PID: n, Name: name}, err == nil && n > 0
}
