//go:build !windows && !darwin

package jobdir

// stateHome returns the folder for application state (XDG Base Directory Specification
// 0.8). A relative path in the variable is ignored.
func stateHome(env func(string) string) (string, error) {
	if dir, err := home(env, "XDG_STATE_HOME"); err == nil {
		return dir, nil
	}
	return home(env, "HOME", ".local", "state")
}
