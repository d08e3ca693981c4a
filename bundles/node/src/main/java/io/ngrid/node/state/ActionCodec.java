package io.ngrid.node.state;

/** Bytes of an {@link Action}. The codes are stored and sent; never reuse one. */
public final class ActionCodec {
    private static final int CREATE_QUEUE = 1;
    private static final int CREATE_MAP = 2;
    private static final int OFFER = 3;
    private static final int POLL = 4;
    private static final int CLEAR = 5;
    private static final int PUT = 6;
    private static final int PUT_ALL = 7;
    private static final int REMOVE = 8;
    private static final int CLEAR_MAP = 9;

    private ActionCodec() {}

    /** Writes an action. */
    public static void write(ByteWriter out, Action action) {
        if (action instanceof Action.Offer offer) {
            out.u8(OFFER);
            out.string(offer.queue());
            out.arrays(offer.bodies());
        } else if (action instanceof Action.Poll poll) {
            out.u8(POLL);
            out.string(poll.queue());
            out.varint(poll.max());
        } else if (action instanceof Action.Put put) {
            out.u8(PUT);
            out.string(put.map());
            out.bytes(put.key());
            out.bytes(put.value());
            out.u8(conditionCode(put.condition()));
            out.varint(put.version());
        } else if (action instanceof Action.Remove remove) {
            out.u8(REMOVE);
            out.string(remove.map());
            out.bytes(remove.key());
            Long version = remove.version();
            out.bool(version != null);
            if (version != null) {
                out.varint(version);
            }
        } else if (action instanceof Action.PutAll all) {
            out.u8(PUT_ALL);
            out.string(all.map());
            out.arrays(all.keys());
            out.arrays(all.values());
        } else if (action instanceof Action.Clear clear) {
            out.u8(CLEAR);
            out.string(clear.queue());
        } else if (action instanceof Action.ClearMap clear) {
            out.u8(CLEAR_MAP);
            out.string(clear.map());
        } else if (action instanceof Action.CreateQueue create) {
            out.u8(CREATE_QUEUE);
            SettingsCodec.write(out, create.settings());
        } else if (action instanceof Action.CreateMap create) {
            out.u8(CREATE_MAP);
            SettingsCodec.write(out, create.settings());
        } else {
            throw new IllegalStateException("no layout for " + action.getClass());
        }
    }

    /**
     * Reads an action.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static Action read(ByteReader in) {
        int code = in.u8();
        return switch (code) {
            case CREATE_QUEUE -> new Action.CreateQueue(SettingsCodec.readQueue(in));
            case CREATE_MAP -> new Action.CreateMap(SettingsCodec.readMap(in));
            case OFFER -> new Action.Offer(in.string(), in.arrays());
            case POLL -> new Action.Poll(in.string(), in.integer());
            case CLEAR -> new Action.Clear(in.string());
            case PUT -> new Action.Put(in.string(), in.bytes(), in.bytes(), condition(in.u8()), in.varint());
            case PUT_ALL -> new Action.PutAll(in.string(), in.arrays(), in.arrays());
            case REMOVE -> new Action.Remove(in.string(), in.bytes(), in.bool() ? in.varint() : null);
            case CLEAR_MAP -> new Action.ClearMap(in.string());
            default -> throw new IllegalArgumentException("no action has code " + code);
        };
    }

    private static int conditionCode(Action.Condition condition) {
        return switch (condition) {
            case ALWAYS -> 1;
            case ABSENT -> 2;
            case PRESENT -> 3;
            case VERSION -> 4;
        };
    }

    private static Action.Condition condition(int code) {
        return switch (code) {
            case 1 -> Action.Condition.ALWAYS;
            case 2 -> Action.Condition.ABSENT;
            case 3 -> Action.Condition.PRESENT;
            case 4 -> Action.Condition.VERSION;
            default -> throw new IllegalArgumentException("no condition has code " + code);
        };
    }
}
