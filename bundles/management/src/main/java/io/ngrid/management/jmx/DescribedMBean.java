package io.ngrid.management.jmx;

import io.ngrid.api.NGridException;
import io.ngrid.management.Description;
import io.ngrid.spi.storage.StorageException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.StandardMBean;

/**
 * An MXBean that describes itself by the {@link Description}s of its interface. It extends StandardMBean because the JMX
 * whiteboard takes it for an MXBean then, whatever its class is called.
 */
abstract class DescribedMBean extends StandardMBean {
    protected DescribedMBean(Class<?> type) {
        super(type, true);
    }

    /** Runs an operation; clients know only the JDK's exceptions. */
    static <T> T operation(Supplier<T> body) {
        try {
            return body.get();
        } catch (NGridException | StorageException e) {
            throw new IllegalStateException(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    @Override
    protected String getDescription(MBeanInfo info) {
        Description description = getMBeanInterface().getAnnotation(Description.class);
        return description == null ? super.getDescription(info) : description.value();
    }

    @Override
    protected String getDescription(MBeanAttributeInfo info) {
        return describe(info, (info.isIs() ? "is" : "get") + info.getName(), 0)
                .map(Description::value)
                .orElseGet(() -> super.getDescription(info));
    }

    @Override
    protected String getDescription(MBeanOperationInfo info) {
        return describe(info, info.getName(), info.getSignature().length)
                .map(Description::value)
                .orElseGet(() -> super.getDescription(info));
    }

    @Override
    protected int getImpact(MBeanOperationInfo info) {
        boolean reads = describe(info, info.getName(), info.getSignature().length)
                .map(Description::reads)
                .orElse(false);
        return reads ? MBeanOperationInfo.INFO : MBeanOperationInfo.ACTION;
    }

    @Override
    protected String getParameterName(MBeanOperationInfo operation, MBeanParameterInfo parameter, int sequence) {
        return method(operation.getName(), operation.getSignature().length)
                .map(method -> method.getParameters()[sequence].getName())
                .orElse(parameter.getName());
    }

    private Optional<Description> describe(MBeanFeatureInfo info, String method, int parameters) {
        return method(method, parameters).map(m -> m.getAnnotation(Description.class));
    }

    private Optional<Method> method(String name, int parameters) {
        return Arrays.stream(getMBeanInterface().getMethods())
                .filter(method -> method.getName().equals(name) && method.getParameterCount() == parameters)
                .findFirst();
    }
}
