using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Testing;

/// <content>Placing operands in an arena.</content>
public static partial class KernelCases
{
    private sealed class Layout(Random random)
    {
        private int _length = random.Next(1, 20);

        /// <summary>Strides of an operand whose axes lie in memory in <paramref name="order"/>, outermost first; now and then with gaps.</summary>
        public EquatableArray<int> Strides(int[] extents, int[] order, bool broadcast)
        {
            int[] strides = new int[extents.Length];
            int stride = random.Next(5) == 0 ? random.Next(2, 4) : 1;
            for (int position = order.Length - 1; position >= 0; position--)
            {
                int axis = order[position];
                bool repeated = broadcast && random.Next(2) == 0;
                strides[axis] = repeated ? 0 : stride;
                stride *= repeated ? 1 : Math.Max(1, extents[axis]);
                stride += random.Next(8) == 0 ? random.Next(1, 4) : 0;
            }

            return strides.ToEquatableArray();
        }

        /// <summary>Reserves the elements an operand reaches and returns its slot.</summary>
        public long Place(int[] extents, EquatableArray<int> strides)
        {
            int reach = 1;
            for (int axis = 0; axis < extents.Length; axis++)
            {
                reach += Math.Max(0, extents[axis] - 1) * strides[axis];
            }

            return Place(reach);
        }

        public long Place(int elements)
        {
            int slot = _length;
            _length += elements + random.Next(1, 20);
            return slot;
        }

        public float[] Fill()
        {
            float[] arena = new float[_length];
            for (int i = 0; i < arena.Length; i++)
            {
                arena[i] = (random.NextSingle() * 2f) - 1f;
            }

            return arena;
        }
    }
}
