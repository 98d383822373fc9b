package terminaltest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Run runs a program with a new pseudo-terminal as its controlling terminal,
// and as that only: its streams are the command's. Whenever the terminal has
// shown more, answer is asked what to type, given all that was shown since it
// last typed; "" types nothing. "\x03" is Ctrl-C. The error is of the program,
// or of the terminal.
func Run(cmd *exec.Cmd, answer func(shown string) string) (Result, error) {
	keyboard, screen, err := open()
	if err != nil {
		return Result{}, err
	}
	defer func() { _ = keyboard.Close() }()
	cmd.ExtraFiles = append(cmd.ExtraFiles, screen)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 2 + len(cmd.ExtraFiles)}
	if err := cmd.Start(); err != nil {
		_ = screen.Close()
		return Result{}, err
	}
	shown := make(chan string)
	go func() { shown <- watch(keyboard, answer) }()
	err = cmd.Wait()
	var result Result
	// While the test holds the terminal open its state can still be asked.
	if state, wrong := unix.IoctlGetTermios(int(screen.Fd()), unix.TCGETS); wrong == nil { //nolint:gosec // a descriptor is a small number
		result.Echo = state.Lflag&unix.ECHO != 0
	}
	_ = screen.Close() // the last one: the other side reads to the end
	result.Shown = strings.ReplaceAll(<-shown, "\r\n", "\n")
	return result, err
}

// RunWithout runs a program without any controlling terminal, as cron does,
// also where the tests have one.
func RunWithout(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd.Run()
}

// watch reads until nobody has the terminal any more.
func watch(keyboard *os.File, answer func(string) string) string {
	var all, since strings.Builder
	buffer := make([]byte, 1024)
	for {
		n, err := keyboard.Read(buffer)
		if err != nil {
			return all.String()
		}
		all.Write(buffer[:n])
		since.Write(buffer[:n])
		if text := answer(since.String()); text != "" {
			since.Reset()
			_, _ = keyboard.WriteString(text)
		}
	}
}

// open makes a pseudo-terminal: the side of the person and that of the program,
// pts(4).
func open() (keyboard, screen *os.File, err error) {
	keyboard, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	number, err := unlock(keyboard)
	if err == nil {
		screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		_ = keyboard.Close()
		return nil, nil, fmt.Errorf("pseudo-terminal: %w", err)
	}
	return keyboard, screen, nil
}

func unlock(keyboard *os.File) (number int, err error) {
	c, err := keyboard.SyscallConn()
	if err != nil {
		return 0, err
	}
	wrong := c.Control(func(descriptor uintptr) {
		fd := int(descriptor) //nolint:gosec // a small number
		if err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err == nil {
			number, err = unix.IoctlGetInt(fd, unix.TIOCGPTN)
		}
	})
	if wrong != nil {
		return 0, wrong
	}
	return number, err
}
