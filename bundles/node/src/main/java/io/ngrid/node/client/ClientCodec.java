package io.ngrid.node.client;

import io.ngrid.node.state.ActionCodec;
import io.ngrid.node.state.AnswerCodec;
import io.ngrid.node.state.ByteReader;
import io.ngrid.node.state.ByteWriter;
import io.ngrid.node.state.QueryCodec;
import io.ngrid.node.state.ResultCodec;

/**
 * Bodies of CLIENT_REQUEST and CLIENT_RESPONSE: u8 version 1, u8 code, fields; bytes after the last known field are passed
 * over. The codes are sent; never reuse one.
 */
public final class ClientCodec {
    private static final int VERSION = 1;

    private static final int OPEN = 1;
    private static final int WRITE = 2;
    private static final int READ = 3;
    private static final int INTEREST = 4;
    private static final int DECLINE = 5;

    private static final int OPENED = 1;
    private static final int EXECUTED = 2;
    private static final int READ_EMPTY = 3;
    private static final int SETTLED = 4;
    private static final int GAP = 5;
    private static final int SESSION_UNKNOWN = 6;
    private static final int NOT_EXECUTED = 7;
    private static final int ANSWERED = 8;
    private static final int NOT_ANSWERED = 9;
    private static final int WAKE = 10;
    private static final int PART = 11;

    private ClientCodec() {}

    /**
     * Writes a request.
     *
     * @param request the request
     * @return its bytes
     */
    public static byte[] encode(Request request) {
        return ByteWriter.encode(out -> write(out, request));
    }

    /**
     * Reads a request.
     *
     * @param body its bytes
     * @return the request
     * @throws IllegalArgumentException if it is malformed
     */
    public static Request decodeRequest(byte[] body) {
        ByteReader in = new ByteReader(body);
        in.version("client request", VERSION);
        int code = in.u8();
        return switch (code) {
            case OPEN -> new Request.Open(in.uuid(), in.varint());
            case WRITE ->
                new Request.Write(
                        in.uuid(),
                        in.sequence(),
                        in.sequence(),
                        in.sequences(),
                        in.bool(),
                        in.varint(),
                        ActionCodec.read(in));
            case READ -> new Request.Read(in.uuid(), in.varint(), in.varint(), in.varint(), QueryCodec.read(in));
            case INTEREST -> new Request.Interest(in.string(), in.bool(), in.integer());
            case DECLINE -> new Request.Decline(in.string(), in.bool(), in.varint());
            default -> throw new IllegalArgumentException("no client request has code " + code);
        };
    }

    private static void write(ByteWriter out, Request request) {
        out.u8(VERSION);
        if (request instanceof Request.Write write) {
            out.u8(WRITE);
            out.uuid(write.session());
            out.varint(write.sequence());
            out.varint(write.floor());
            out.longs(write.closed());
            out.bool(write.resent());
            out.varint(write.wake());
            ActionCodec.write(out, write.action());
        } else if (request instanceof Request.Read read) {
            out.u8(READ);
            out.uuid(read.session());
            out.varint(read.read());
            out.varint(read.after());
            out.varint(read.timeoutMillis());
            QueryCodec.write(out, read.query());
        } else if (request instanceof Request.Open open) {
            out.u8(OPEN);
            out.uuid(open.session());
            out.varint(open.start());
        } else if (request instanceof Request.Interest interest) {
            out.u8(INTEREST);
            out.string(interest.queue());
            out.bool(interest.room());
            out.varint(interest.waiters());
        } else if (request instanceof Request.Decline decline) {
            out.u8(DECLINE);
            out.string(decline.queue());
            out.bool(decline.room());
            out.varint(decline.wake());
        } else {
            throw new IllegalStateException("no layout for " + request.getClass());
        }
    }

    /**
     * Writes a response.
     *
     * @param response the response
     * @return its bytes
     */
    public static byte[] encode(Response response) {
        return ByteWriter.encode(out -> write(out, response));
    }

    /**
     * Reads a response.
     *
     * @param body its bytes
     * @return the response
     * @throws IllegalArgumentException if it is malformed
     */
    public static Response decodeResponse(byte[] body) {
        ByteReader in = new ByteReader(body);
        in.version("client response", VERSION);
        int code = in.u8();
        return switch (code) {
            case OPENED -> new Response.Opened(in.uuid());
            case EXECUTED -> new Response.Executed(in.uuid(), in.varint(), ResultCodec.read(in), in.arrays());
            case READ_EMPTY -> new Response.ReadEmpty(in.uuid(), in.varint());
            case SETTLED -> new Response.Settled(in.uuid(), in.varint());
            case GAP -> new Response.Gap(in.uuid(), in.varint(), in.varint());
            case SESSION_UNKNOWN -> new Response.SessionUnknown(in.uuid(), in.varint());
            case NOT_EXECUTED -> new Response.NotExecuted(in.uuid(), in.varint(), refused(in.u8()), in.string());
            case ANSWERED -> new Response.Answered(in.varint(), AnswerCodec.read(in), in.arrays());
            case NOT_ANSWERED -> new Response.NotAnswered(in.varint(), refused(in.u8()), in.string());
            case PART -> new Response.Part(in.uuid(), in.varint(), in.integer(), in.arrays());
            case WAKE -> new Response.Wake(in.string(), in.bool(), in.varint());
            default -> throw new IllegalArgumentException("no client response has code " + code);
        };
    }

    private static void write(ByteWriter out, Response response) {
        out.u8(VERSION);
        if (response instanceof Response.Executed executed) {
            out.u8(EXECUTED);
            out.uuid(executed.session());
            out.varint(executed.sequence());
            ResultCodec.write(out, executed.result());
            out.arrays(executed.bodies());
        } else if (response instanceof Response.Answered answered) {
            out.u8(ANSWERED);
            out.varint(answered.read());
            AnswerCodec.write(out, answered.answer());
            out.arrays(answered.bodies());
        } else if (response instanceof Response.Part part) {
            out.u8(PART);
            out.uuid(part.session());
            out.varint(part.sequence());
            out.varint(part.from());
            out.arrays(part.bodies());
        } else if (response instanceof Response.Wake wake) {
            out.u8(WAKE);
            out.string(wake.queue());
            out.bool(wake.room());
            out.varint(wake.wake());
        } else if (response instanceof Response.Opened opened) {
            out.u8(OPENED);
            out.uuid(opened.session());
        } else {
            writeUnexecuted(out, response);
        }
    }

    private static void writeUnexecuted(ByteWriter out, Response response) {
        if (response instanceof Response.ReadEmpty empty) {
            out.u8(READ_EMPTY);
            out.uuid(empty.session());
            out.varint(empty.sequence());
        } else if (response instanceof Response.Settled settled) {
            out.u8(SETTLED);
            out.uuid(settled.session());
            out.varint(settled.sequence());
        } else if (response instanceof Response.Gap gap) {
            out.u8(GAP);
            out.uuid(gap.session());
            out.varint(gap.sequence());
            out.varint(gap.from());
        } else if (response instanceof Response.SessionUnknown unknown) {
            out.u8(SESSION_UNKNOWN);
            out.uuid(unknown.session());
            out.varint(unknown.sequence());
        } else if (response instanceof Response.NotExecuted refused) {
            out.u8(NOT_EXECUTED);
            out.uuid(refused.session());
            out.varint(refused.sequence());
            out.u8(refused.reason().code());
            out.string(refused.message());
        } else if (response instanceof Response.NotAnswered refused) {
            out.u8(NOT_ANSWERED);
            out.varint(refused.read());
            out.u8(refused.reason().code());
            out.string(refused.message());
        } else {
            throw new IllegalStateException("no layout for " + response.getClass());
        }
    }

    private static Response.Refused refused(int code) {
        for (Response.Refused reason : Response.Refused.values()) {
            if (reason.code() == code) {
                return reason;
            }
        }
        throw new IllegalArgumentException("no refusal has code " + code);
    }
}
