using System.Globalization;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Engine.Nn;

/// <summary>Values that were given, nothing drawn.</summary>
internal sealed class GivenInitializer(float[] given) : Initializer
{
    public override void Fill(Span<float> values, int fanIn, int fanOut, RandomStream random)
    {
        if (values.Length != given.Length)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Initializer.Given: the parameter has {values.Length} numbers, and {given.Length} were given. Give one for each."), nameof(values));
        }

        given.CopyTo(values);
    }
}
