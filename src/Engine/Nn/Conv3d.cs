namespace FastDPMeta.Engine.Nn;

/// <summary>Convolution over volumes: from [channel, depth, height, width] to [filter, depth, height, width]. See <see cref="Convolution"/>.</summary>
public sealed class Conv3d : Convolution
{
    /// <summary>A convolution.</summary>
    /// <param name="channels">Channels in, at least 1.</param>
    /// <param name="filters">Channels out, at least 1.</param>
    /// <param name="kernel">Elements of the kernel along each axis, at least 1.</param>
    /// <param name="stride">Distance between windows, at least 1; 1 unless given.</param>
    /// <param name="padding">Zeros on each side, at least 0; 0 unless given.</param>
    /// <param name="groups">Channels and filters fall into so many groups that do not see each other; divides both.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="activation">Applied to the result; none unless given.</param>
    /// <param name="name">Name; <c>conv</c> unless given.</param>
    /// <param name="weightInitializer">First values of the weights.</param>
    /// <param name="biasInitializer">First values of the bias.</param>
    /// <param name="dilation">Distance between elements of the kernel, at least 1; 1 unless given.</param>
    /// <exception cref="ArgumentException">A number is out of range; all of them in one message.</exception>
    public Conv3d(
        int channels, int filters, PerAxis kernel, PerAxis? stride = null, PerAxis? padding = null, int groups = 1, bool bias = true, Activation? activation = null,
        string name = "conv", Initializer? weightInitializer = null, Initializer? biasInitializer = null, PerAxis? dilation = null)
        : base(name, channels, filters, groups, new WindowGrid(3, kernel, stride, padding, dilation), bias, activation, weightInitializer, biasInitializer)
    {
    }
}
