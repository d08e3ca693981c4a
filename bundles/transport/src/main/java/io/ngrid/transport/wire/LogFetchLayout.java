package io.ngrid.transport.wire;

import io.ngrid.spi.LogPosition;
import io.ngrid.spi.message.LogFetch;
import java.util.ArrayList;
import java.util.List;

final class LogFetchLayout implements Layout<LogFetch> {
    /** Epoch and index, a byte each. */
    private static final int LEAST_BYTES = 2;

    @Override
    public void write(LogFetch value, BodyWriter out) {
        out.u8(1)
                .varint(value.number())
                .varint(value.maxBytes())
                .varint(value.ends().size());
        value.ends().forEach(out::position);
    }

    @Override
    public LogFetch read(BodyReader in) {
        in.version();
        long number = in.varint();
        long maxBytes = in.varint();
        int count = in.count(LEAST_BYTES);
        List<LogPosition> ends = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ends.add(in.position());
        }
        return BodyReader.checked(() -> new LogFetch(number, maxBytes, ends));
    }
}
