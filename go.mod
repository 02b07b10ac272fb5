module github.com/redbook-audio/redbook

go 1.25
