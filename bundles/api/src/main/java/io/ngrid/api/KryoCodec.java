package io.ngrid.api;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.CompatibleFieldSerializer;
import com.esotericsoftware.kryo.serializers.EnumNameSerializer;
import com.esotericsoftware.kryo.util.DefaultInstantiatorStrategy;
import com.esotericsoftware.kryo.util.Pool;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.objenesis.strategy.StdInstantiatorStrategy;

/**
 * Objects by Kryo. A number once given to a class is part of the stored format: 0 to 9 are Kryo's own, {@link KryoTypes}
 * has 10 to 99, the consumer's classes begin at 100.
 */
final class KryoCodec<T> implements Codec<T> {
    static final int FIRST_CLASS = 100;

    private static final int POOL_SIZE = 16;
    private static final int BUFFER_BYTES = 512;

    private final ClassLoader loader;
    private final List<Class<?>> classes;
    private final Pool<Kryo> pool = new Pool<>(true, true, POOL_SIZE) {
        @Override
        protected Kryo create() {
            return newKryo();
        }
    };

    KryoCodec(ClassLoader loader, Class<?>... classes) {
        this.loader = loader;
        this.classes = List.of(classes);
        Set<Class<?>> seen = new HashSet<>();
        for (Class<?> type : this.classes) {
            if (!seen.add(type)) {
                throw new ConfigurationException("classes names " + type.getName() + " twice: allowed is once");
            }
        }
        pool.free(pool.obtain()); // a class that Kryo cannot handle is told here, not at the first element
    }

    @Override
    public String name() {
        return "kryo";
    }

    private Kryo newKryo() {
        Kryo kryo = new Kryo();
        kryo.setClassLoader(loader);
        kryo.setRegistrationRequired(true);
        kryo.setReferences(false); // bytes depend on the value only, not on which parts are the same object
        kryo.setInstantiatorStrategy(new DefaultInstantiatorStrategy(new StdInstantiatorStrategy()));
        kryo.setDefaultSerializer(CompatibleFieldSerializer.class);
        kryo.addDefaultSerializer(Enum.class, EnumNameSerializer.class);
        KryoTypes.register(kryo);
        for (int i = 0; i < classes.size(); i++) {
            Class<?> type = classes.get(i);
            try {
                kryo.register(new Registration(type, kryo.getDefaultSerializer(type), FIRST_CLASS + i));
            } catch (RuntimeException | LinkageError e) {
                throw new ConfigurationException(
                        "classes names " + type.getName() + ", which the kryo codec cannot handle: " + e.getMessage(),
                        e);
            }
        }
        return kryo;
    }

    @Override
    public byte[] encode(T object) {
        Kryo kryo = pool.obtain();
        byte[] bytes;
        try {
            Output output = new Output(BUFFER_BYTES, -1);
            kryo.writeClassAndObject(output, object);
            bytes = output.toBytes();
        } catch (RuntimeException | LinkageError e) {
            throw new CodecException(
                    "an object of " + object.getClass().getName() + " cannot be encoded: " + explain(e), e);
        }
        pool.free(kryo); // one that has thrown is not used again
        return bytes;
    }

    @Override
    @SuppressWarnings("unchecked") // the caller says what it stored
    public T decode(byte[] bytes) {
        Kryo kryo = pool.obtain();
        Object object;
        Input input = new Input(bytes);
        try {
            object = kryo.readClassAndObject(input);
        } catch (RuntimeException | LinkageError e) {
            throw new CodecException(bytes.length + " bytes cannot be decoded: " + explain(e), e);
        }
        if (object == null || input.position() != bytes.length) {
            throw new CodecException(bytes.length + " bytes cannot be decoded: the object ends at byte "
                    + input.position() + ", or is none");
        }
        pool.free(kryo);
        return (T) object;
    }

    private String explain(Throwable e) {
        if (e.getCause() instanceof StackOverflowError) {
            return "it holds a cycle, or is nested too deeply";
        }
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        if (message.startsWith("Class is not registered: ")) {
            return "class " + message.substring("Class is not registered: ".length())
                    + " is not registered; add it at the end of the codec's classes";
        }
        if (message.startsWith("Encountered unregistered class ID: ")) {
            int number = Integer.parseInt(message.substring("Encountered unregistered class ID: ".length())
                    .trim());
            return "class number " + number + " is not registered: it is number " + (number - FIRST_CLASS + 1)
                    + " of the classes where it was encoded, and here are " + classes.size();
        }
        return message;
    }
}
