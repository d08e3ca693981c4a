package io.ngrid.node.state;

/** Bytes of a {@link Query}. The codes are sent; never reuse one. */
public final class QueryCodec {
    private static final int QUEUE_SIZE = 1;
    private static final int BROWSE = 2;
    private static final int BROWSE_FROM = 3;
    private static final int QUEUE_INFO = 4;
    private static final int GET = 5;
    private static final int MAP_SIZE = 6;
    private static final int MAP_PAGE = 7;

    private QueryCodec() {}

    /** Writes a query. */
    public static void write(ByteWriter out, Query query) {
        if (query instanceof Query.QueueSize size) {
            out.u8(QUEUE_SIZE);
            out.string(size.queue());
        } else if (query instanceof Query.Browse browse) {
            out.u8(BROWSE);
            out.string(browse.queue());
            out.varint(browse.offset());
            out.varint(browse.max());
        } else if (query instanceof Query.BrowseFrom browse) {
            out.u8(BROWSE_FROM);
            out.string(browse.queue());
            out.varint(browse.sequence());
            out.varint(browse.max());
        } else if (query instanceof Query.QueueInfo info) {
            out.u8(QUEUE_INFO);
            out.string(info.queue());
        } else if (query instanceof Query.Get get) {
            out.u8(GET);
            out.string(get.map());
            out.bytes(get.key());
        } else if (query instanceof Query.MapSize size) {
            out.u8(MAP_SIZE);
            out.string(size.map());
        } else if (query instanceof Query.MapPage page) {
            out.u8(MAP_PAGE);
            out.string(page.map());
            out.optionalBytes(page.after());
            out.varint(page.max());
        } else {
            throw new IllegalStateException("no layout for " + query.getClass());
        }
    }

    /**
     * Reads a query.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static Query read(ByteReader in) {
        int code = in.u8();
        return switch (code) {
            case QUEUE_SIZE -> new Query.QueueSize(in.string());
            case BROWSE -> new Query.Browse(in.string(), in.varint(), in.integer());
            case BROWSE_FROM -> new Query.BrowseFrom(in.string(), in.varint(), in.integer());
            case QUEUE_INFO -> new Query.QueueInfo(in.string());
            case GET -> new Query.Get(in.string(), in.bytes());
            case MAP_SIZE -> new Query.MapSize(in.string());
            case MAP_PAGE -> new Query.MapPage(in.string(), in.optionalBytes(), in.integer());
            default -> throw new IllegalArgumentException("no query has code " + code);
        };
    }
}
