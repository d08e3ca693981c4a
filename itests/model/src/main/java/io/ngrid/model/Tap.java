package io.ngrid.model;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Sits between an object and those that call it: one method is seen, the others go through. */
final class Tap {
    /** The call as it would be without the tap. */
    @FunctionalInterface
    interface Call {
        @Nullable
        Object proceed() throws Throwable;
    }

    /** What is done instead of a call. */
    @FunctionalInterface
    interface Around {
        @Nullable
        Object call(Object[] arguments, Call call) throws Throwable;
    }

    private Tap() {}

    /**
     * Taps an object.
     *
     * @param type its interface
     * @param target the object
     * @param method name of the method that is seen
     * @param around what is done instead
     * @return what is to be called from now on
     */
    static <T> T on(Class<T> type, T target, String method, Around around) {
        if (Arrays.stream(type.getMethods()).noneMatch(some -> some.getName().equals(method))) {
            throw new IllegalArgumentException(type + " has no method " + method);
        }
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
                    Call call = () -> {
                        try {
                            return called.invoke(target, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause() == null ? e : e.getCause();
                        }
                    };
                    return called.getName().equals(method)
                            ? around.call(arguments == null ? new Object[0] : arguments, call)
                            : call.proceed();
                }));
    }
}
