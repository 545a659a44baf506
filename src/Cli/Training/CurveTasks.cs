using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Training;

/// <summary>Sinusoid tasks whose query points are evenly spaced, so that predictions draw a curve.</summary>
internal sealed class CurveTasks(SinusoidTasks tasks, int points) : ITaskSource
{
    public Shape InputShape => tasks.InputShape;

    public int Way => 1;

    public int SupportCount => tasks.SupportCount;

    public int QueryCount => points;

    internal double X(int point) => SinusoidTasks.InputBound * ((2.0 * point / (points - 1)) - 1.0);

    public void Fill(long taskId, Span<float> supportInputs, Span<float> supportLabels, Span<float> queryInputs, Span<float> queryLabels)
    {
        tasks.Fill(taskId, supportInputs, supportLabels, new float[tasks.QueryCount], new float[tasks.QueryCount]);
        SinusoidTask curve = tasks.Curve(taskId);
        for (int i = 0; i < points; i++)
        {
            queryInputs[i] = (float)X(i);
            queryLabels[i] = (float)curve.ValueAt(X(i));
        }
    }
}
