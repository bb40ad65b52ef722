// Uses a monitor as programs built with go-qemu do: one connection per query, and one that listens for events. Prints what it receives, one JSON
// object per line.
//
//	monitor SOCKET EVENTS COMMAND...
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/digitalocean/go-qemu/qmp"
)

func main() {
	count, err := strconv.Atoi(os.Args[2])
	must(err)
	listener := connect()
	events, err := listener.Events(context.Background())
	must(err)
	tell("listening", true)
	for _, command := range os.Args[3:] {
		ask(command)
	}

	for i := 0; i < count; i++ {
		select {
		case event := <-events:
			tell("event", event.Event)
		case <-time.After(30 * time.Second):
			must(fmt.Errorf("event %d of %d did not come", i, count))
		}
	}

	must(listener.Disconnect())
	tell("done", true)
}

func ask(command string) {
	monitor := connect()
	defer monitor.Disconnect()
	answer, err := monitor.Run([]byte(command))
	if err != nil {
		tell("error", err.Error())
		return
	}

	tell("answer", json.RawMessage(answer))
}

func connect() *qmp.SocketMonitor {
	monitor, err := qmp.NewSocketMonitor("unix", os.Args[1], 5*time.Second)
	must(err)
	must(monitor.Connect())
	return monitor
}

func tell(name string, value any) {
	line, err := json.Marshal(map[string]any{name: value})
	must(err)
	fmt.Println(string(line))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
