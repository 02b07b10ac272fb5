package jobdir

// stateHome returns the folder for data of this computer.
func stateHome(env func(string) string) (string, error) { return home(env, "LOCALAPPDATA") }
