namespace FastDPMeta.Engine.Tests.Nn;

/// <summary>Layers as plain loops in double precision: what the engine's are compared with.</summary>
internal static class Naive
{
    /// <summary>Cross-correlation with zero padding; weight is [group, kernel row, kernel column, channel of the group, filter of the group].</summary>
    public static double[] Convolve(
        double[] x, double[] weight, double[] bias, int channels, int height, int width, int filters, int kernel, int stride, int padding, int groups)
    {
        int rows = ((height + (2 * padding) - kernel) / stride) + 1;
        int columns = ((width + (2 * padding) - kernel) / stride) + 1;
        int inGroup = channels / groups;
        int outGroup = filters / groups;
        double[] y = new double[filters * rows * columns];
        for (int filter = 0; filter < filters; filter++)
        {
            int group = filter / outGroup;
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    double sum = bias.Length == 0 ? 0 : bias[filter];
                    for (int channel = 0; channel < inGroup; channel++)
                    {
                        for (int i = 0; i < kernel; i++)
                        {
                            for (int j = 0; j < kernel; j++)
                            {
                                int r = (row * stride) + i - padding;
                                int c = (column * stride) + j - padding;
                                if (r >= 0 && r < height && c >= 0 && c < width)
                                {
                                    double factor = weight[(((((((group * kernel) + i) * kernel) + j) * inGroup) + channel) * outGroup) + (filter % outGroup)];
                                    sum += factor * x[((((group * inGroup) + channel) * height) + r) * width + c];
                                }
                            }
                        }
                    }

                    y[(((filter * rows) + row) * columns) + column] = sum;
                }
            }
        }

        return y;
    }

    /// <summary>Pooling; outside the image there is nothing for a maximum and zeros for a mean.</summary>
    public static double[] Pool(double[] x, int channels, int height, int width, int size, int stride, int padding, bool max)
    {
        int rows = ((height + (2 * padding) - size) / stride) + 1;
        int columns = ((width + (2 * padding) - size) / stride) + 1;
        List<double> y = [];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    List<double> window = [];
                    for (int r = (row * stride) - padding; r < (row * stride) - padding + size; r++)
                    {
                        for (int c = (column * stride) - padding; c < (column * stride) - padding + size; c++)
                        {
                            if (r >= 0 && r < height && c >= 0 && c < width)
                            {
                                window.Add(x[(((channel * height) + r) * width) + c]);
                            }
                        }
                    }

                    y.Add(max ? window.Max() : window.Sum() / (size * size));
                }
            }
        }

        return [.. y];
    }

    /// <summary>Each run of <paramref name="length"/> numbers with mean 0 and variance 1.</summary>
    public static double[] Normalize(double[] x, int length, double epsilon)
    {
        return [.. x.Chunk(length).SelectMany(row =>
        {
            double mean = row.Average();
            double variance = row.Average(value => (value - mean) * (value - mean));
            return row.Select(value => (value - mean) / Math.Sqrt(variance + epsilon));
        })];
    }
}
