package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/redbook-audio/redbook/mmc"
)

// parseSpeed parses --speed: "16x", "16", "4.5x" or "max"; "" is the fastest too.
func parseSpeed(text string) (mmc.Speed, error) {
	speed, err := speedOf(text)
	if err != nil {
		return speed, usage("--speed: %w", err)
	}
	return speed, nil
}

func speedOf(text string) (mmc.Speed, error) {
	t := strings.ToLower(strings.TrimSpace(text))
	if t == "max" || t == "" {
		return mmc.SpeedMax, nil
	}
	x, err := strconv.ParseFloat(strings.TrimSuffix(t, "x"), 64)
	if err != nil || !(x > 0 && x <= 1000) {
		return mmc.Speed{}, fmt.Errorf("speed %q: write it as 16x, or max", text)
	}
	return mmc.SpeedX(x), nil
}

// speedText converts a data rate in kB/s, as drives report it, to a multiple of the
// playing speed.
func speedText(kBps int) string {
	if kBps <= 0 {
		return "unknown"
	}
	return mmc.WriteSpeed{KBps: kBps}.Speed().String()
}

// parseFIFO parses the size of the buffer.
func parseFIFO(flag, text string) (int, error) {
	n, err := parseSize(flag, text)
	if err == nil && n < minFIFO {
		err = usage("%s %s: the buffer must hold at least a second of music (%dk)", flag, text, minFIFO>>10)
	}
	return n, err
}

// parseSize parses a number of bytes: "16M", "16MiB", "512k" or plain digits. The units
// are powers of 1024.
func parseSize(flag, text string) (int, error) {
	word := strings.ToLower(strings.TrimSpace(text))
	word = strings.TrimSuffix(strings.TrimSuffix(word, "b"), "i")
	unit := 1
	for suffix, size := range map[string]int{"k": 1 << 10, "m": 1 << 20, "g": 1 << 30} {
		if digits, ok := strings.CutSuffix(word, suffix); ok {
			word, unit = digits, size
			break
		}
	}
	n, err := strconv.Atoi(word)
	if err != nil || n <= 0 || n > math.MaxInt32/unit {
		return 0, usage("%s %q: a size is a number of bytes such as 16M (up to 2047M)", flag, text)
	}
	return n * unit, nil
}
