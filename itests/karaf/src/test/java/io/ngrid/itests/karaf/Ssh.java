package io.ngrid.itests.karaf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;

/**
 * The container's shell as {@code bin/client} has it: the user karaf, over ssh, a session for each command.
 *
 * @param port the container's ssh port
 */
record Ssh(int port) {
    private static final Duration PATIENCE = Containers.PATIENCE;

    /**
     * What a command printed, without colours, on both of its outputs.
     *
     * @param lines its lines
     * @param exit its exit status
     */
    private record Answer(List<String> lines, int exit) {}

    Ssh(String port) {
        this(Integer.parseInt(port));
    }

    private Answer run(String command) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
            client.start();
            try (ClientSession session =
                    client.connect("karaf", "127.0.0.1", port).verify(PATIENCE).getSession()) {
                session.addPasswordIdentity("karaf");
                session.auth().verify(PATIENCE);
                ChannelExec exec = session.createExecChannel(command);
                exec.setOut(out);
                exec.setErr(out);
                exec.open().verify(PATIENCE);
                if (exec.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE)
                        .contains(ClientChannelEvent.TIMEOUT)) {
                    throw new AssertionError(command + " has not ended within " + PATIENCE + ": " + out);
                }
                String text = out.toString(StandardCharsets.UTF_8).replaceAll("\\u001b\\[[0-9;]*m", "");
                return new Answer(text.lines().toList(), exec.getExitStatus());
            }
        }
    }

    /** Runs a command that is to succeed; returns its lines. */
    List<String> succeed(String command) throws IOException {
        Answer answer = run(command);
        if (answer.exit() != 0) {
            throw new AssertionError(command + ": " + answer);
        }
        return answer.lines();
    }

    /** Runs a command that is to fail; returns the one line that it says. */
    String fail(String command) throws IOException {
        Answer answer = run(command);
        boolean oneLine = answer.lines().size() == 1 && answer.lines().get(0).startsWith("Error executing command");
        if (answer.exit() != 1 || !oneLine) {
            throw new AssertionError(command + ": " + answer);
        }
        return answer.lines().get(0);
    }
}
