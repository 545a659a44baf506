namespace FastDPMeta.Engine.Nn;

/// <summary>Transposed convolution over images: from [channel, height, width] to [filter, height, width]. See <see cref="TransposedConvolution"/>.</summary>
public sealed class ConvTranspose2d : TransposedConvolution
{
    /// <summary>A transposed convolution.</summary>
    /// <param name="channels">Channels in, at least 1.</param>
    /// <param name="filters">Channels out, at least 1.</param>
    /// <param name="kernel">Elements of the kernel along each axis, at least 1.</param>
    /// <param name="stride">Distance between kernels laid into the output, at least 1; 1 unless given.</param>
    /// <param name="padding">Elements cut off on each side, at least 0; 0 unless given.</param>
    /// <param name="outputPadding">Elements added at the end of each axis, at least 0 and less than the stride or the dilation; 0 unless given.</param>
    /// <param name="groups">Channels and filters fall into so many groups that do not see each other; divides both.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="activation">Applied to the result; none unless given.</param>
    /// <param name="name">Name; <c>convTranspose</c> unless given.</param>
    /// <param name="weightInitializer">First values of the weights.</param>
    /// <param name="biasInitializer">First values of the bias.</param>
    /// <param name="dilation">Distance between elements of the kernel, at least 1; 1 unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range; all of them in one message.</exception>
    public ConvTranspose2d(
        int channels, int filters, PerAxis kernel, PerAxis? stride = null, PerAxis? padding = null, PerAxis? outputPadding = null, int groups = 1,
        bool bias = true, Activation? activation = null, string name = "convTranspose", Initializer? weightInitializer = null,
        Initializer? biasInitializer = null, PerAxis? dilation = null)
        : base(
            name, channels, filters, groups, new WindowGrid(2, kernel, stride, padding, dilation), outputPadding ?? 0, bias, activation, weightInitializer,
            biasInitializer)
    {
    }
}
