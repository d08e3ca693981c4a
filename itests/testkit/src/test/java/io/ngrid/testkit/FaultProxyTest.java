package io.ngrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class FaultProxyTest {
    private ServerSocket server;
    private FaultProxy proxy;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        proxy = FaultProxy.to(server.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(5_000);
        return socket;
    }

    @Test
    void forwardsBothWaysAndPassesTheEndOn() throws Exception {
        try (Socket client = connect();
                Socket target = server.accept()) {
            client.getOutputStream().write(7);
            assertThat(target.getInputStream().read()).isEqualTo(7);
            target.getOutputStream().write(8);
            assertThat(client.getInputStream().read()).isEqualTo(8);
            target.close();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aBlackHoleInOneDirectionDeliversWhenHealed() throws Exception {
        try (Socket client = connect();
                Socket target = server.accept()) {
            proxy.blackHole(FaultProxy.Direction.FORTH);
            client.getOutputStream().write(7);
            target.getOutputStream().write(8);
            assertThat(client.getInputStream().read()).isEqualTo(8);
            target.setSoTimeout(100);
            assertThatThrownBy(() -> target.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            proxy.heal();
            target.setSoTimeout(5_000);
            assertThat(target.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void aCutEndsConnectionsAndHealingAllowsNewOnes() throws Exception {
        try (Socket client = connect();
                Socket target = server.accept()) {
            proxy.cut();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            target.setSoTimeout(5_000);
            assertThat(target.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket refused = connect()) {
            assertThat(refused.getInputStream().read()).isEqualTo(-1);
        }
        proxy.heal();
        try (Socket client = connect();
                Socket target = server.accept()) {
            client.getOutputStream().write(9);
            assertThat(target.getInputStream().read()).isEqualTo(9);
        }
    }

    @Test
    void aDelayDelays() throws Exception {
        proxy.delay(Duration.ofMillis(200));
        try (Socket client = connect();
                Socket target = server.accept()) {
            long start = System.nanoTime();
            client.getOutputStream().write(7);
            assertThat(target.getInputStream().read()).isEqualTo(7);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }
}
