package io.ngrid.simulation;

import io.ngrid.node.client.ClientCodec;
import io.ngrid.node.client.Request;
import io.ngrid.spi.message.ClientRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Requests that come once more when they are settled: below the floor of a later one of their session, or closed by it. Of such
 * a request nothing may be executed [S1], whoever leads by then.
 */
final class SettledRequests {
    private static final int REMEMBERED = 32;
    private static final int ONE_OF = 8;

    private record Seen(long sequence, ClientRequest message) {}

    private final SplittableRandom random;
    private final Map<UUID, List<Seen>> sessions = new HashMap<>();

    SettledRequests(SplittableRandom random) {
        this.random = random;
    }

    /** What comes once more behind a request, if something does. */
    @Nullable
    ClientRequest behind(ClientRequest message) {
        if (!(ClientCodec.decodeRequest(message.body()) instanceof Request.Write write)) {
            return null;
        }
        List<Seen> seen = sessions.computeIfAbsent(write.session(), session -> new ArrayList<>());
        List<Seen> settled = seen.stream()
                .filter(one -> one.sequence < write.floor() || write.closed().contains(one.sequence))
                .toList();
        if (seen.size() == REMEMBERED) {
            seen.remove(0);
        }
        seen.add(new Seen(write.sequence(), message));
        boolean again = !settled.isEmpty() && random.nextInt(ONE_OF) == 0;
        return again ? settled.get(random.nextInt(settled.size())).message : null;
    }
}
