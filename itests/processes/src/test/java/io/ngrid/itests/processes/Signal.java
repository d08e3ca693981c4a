package io.ngrid.itests.processes;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Signals that Java does not send, and one signal to several processes at once. */
enum Signal {
    KILL,
    STOP,
    CONT;

    void send(long... pids) {
        List<String> command = Stream.concat(
                        Stream.of("kill", "-" + name()), Arrays.stream(pids).mapToObj(String::valueOf))
                .toList();
        try {
            Process kill = new ProcessBuilder(command).inheritIO().start();
            if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new IllegalStateException("failed: " + command);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("failed: " + command, e);
        }
    }
}
