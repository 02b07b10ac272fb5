package mmc_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/redbook-audio/redbook/mmc"
)

// The values of IMAPI_MEDIA_PHYSICAL_TYPE.
func TestMediaTypeValues(t *testing.T) {
	for value, name := range []string{
		"unknown", "CD-ROM", "CD-R", "CD-RW", "DVD-ROM", "DVD-RAM", "DVD+R", "DVD+RW", "DVD+R DL", "DVD-R",
		"DVD-RW", "DVD-R DL", "disk", "DVD+RW DL", "HD DVD-ROM", "HD DVD-R", "HD DVD-RAM", "BD-ROM", "BD-R", "BD-RE",
	} {
		assert.Equal(t, name, mmc.MediaType(value).String())
	}
	assert.Equal(t, "media type 20", mmc.MediaType(20).String())
}

func TestMediaTypeJSON(t *testing.T) {
	for m := range mmc.MediaType(25) {
		b, err := json.Marshal(m)
		require.NoError(t, err)
		var back mmc.MediaType
		require.NoError(t, json.Unmarshal(b, &back))
		assert.Equal(t, m, back)
	}
	var m mmc.MediaType
	for _, bad := range []string{"floppy", "", "3", "media type 20x", "media type -1", "media type 65536"} {
		assert.Error(t, m.UnmarshalText([]byte(bad)), bad)
	}
}
