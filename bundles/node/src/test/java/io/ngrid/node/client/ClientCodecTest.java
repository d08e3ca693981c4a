package io.ngrid.node.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ngrid.node.state.Samples;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientCodecTest {
    @Property
    void H11_requestsComeBackEqual(@ForAll long seed) {
        Request request = request(new Samples(seed));
        Request back = ClientCodec.decodeRequest(ClientCodec.encode(request));
        assertThat(back).isInstanceOf(request.getClass());
        assertThat(back).usingRecursiveComparison().isEqualTo(request);
    }

    @Property
    void H11_responsesComeBackEqual(@ForAll long seed) {
        Response response = response(new Samples(seed));
        Response back = ClientCodec.decodeResponse(ClientCodec.encode(response));
        assertThat(back).isInstanceOf(response.getClass());
        assertThat(back).usingRecursiveComparison().isEqualTo(response);
    }

    @Property
    void bodiesCutShortAreRefusedAndLongerOnesRead(@ForAll long seed) {
        byte[] request = ClientCodec.encode(request(new Samples(seed)));
        for (int length = 0; length < request.length; length++) {
            byte[] cut = Arrays.copyOf(request, length);
            assertThatIllegalArgumentException().isThrownBy(() -> ClientCodec.decodeRequest(cut));
        }
        ClientCodec.decodeRequest(Arrays.copyOf(request, request.length + 3));
        byte[] response = ClientCodec.encode(response(new Samples(seed)));
        for (int length = 0; length < response.length; length++) {
            byte[] cut = Arrays.copyOf(response, length);
            assertThatIllegalArgumentException().isThrownBy(() -> ClientCodec.decodeResponse(cut));
        }
        ClientCodec.decodeResponse(Arrays.copyOf(response, response.length + 3));
    }

    @Property
    void spoiledBodiesGiveAValueOrIllegalArgument(
            @ForAll long seed, @ForAll @IntRange(max = 1000) int at, @ForAll byte spoil) {
        byte[] request = ClientCodec.encode(request(new Samples(seed)));
        request[at % request.length] = spoil;
        byte[] response = ClientCodec.encode(response(new Samples(seed)));
        response[at % response.length] = spoil;
        try {
            ClientCodec.decodeRequest(request);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        try {
            ClientCodec.decodeResponse(response);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static Request request(Samples some) {
        return switch (some.below(5)) {
            case 0 -> new Request.Open(some.uuid(), some.number());
            case 1 ->
                new Request.Write(
                        some.uuid(),
                        some.sequence(),
                        some.sequence(),
                        some.list(some::sequence),
                        some.below(2) == 0,
                        some.number(),
                        some.action());
            case 2 -> new Request.Read(some.uuid(), some.number(), some.number(), some.number(), some.query());
            case 3 -> new Request.Interest(some.text(), some.below(2) == 0, some.below(100));
            default -> new Request.Decline(some.text(), some.below(2) == 0, some.number());
        };
    }

    private static Response response(Samples some) {
        Response.Refused refused = some.pick(Response.Refused.values());
        return switch (some.below(11)) {
            case 0 -> new Response.Opened(some.uuid());
            case 1 -> new Response.Executed(some.uuid(), some.sequence(), some.result(), some.list(some::bytes));
            case 2 -> new Response.ReadEmpty(some.uuid(), some.sequence());
            case 3 -> new Response.Settled(some.uuid(), some.sequence());
            case 4 -> new Response.Gap(some.uuid(), some.sequence(), some.sequence());
            case 5 -> new Response.SessionUnknown(some.uuid(), some.sequence());
            case 6 -> new Response.NotExecuted(some.uuid(), some.sequence(), refused, some.text());
            case 7 -> new Response.Answered(some.number(), some.answer(), some.list(some::bytes));
            case 8 -> new Response.NotAnswered(some.number(), refused, some.text());
            case 9 -> new Response.Part(some.uuid(), some.sequence(), some.below(100), some.list(some::bytes));
            default -> new Response.Wake(some.text(), some.below(2) == 0, some.number());
        };
    }
}
