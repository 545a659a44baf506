using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Meta;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

public sealed class RoleTasksTests
{
    private static readonly RoleTaskOptions Small = new() { Window = 20, Support = 3, Query = 4, Seed = 7 };

    [SkippableFact]
    public void The_first_draw_begins_with_a_role_s_first_words_and_targets_are_the_characters_that_follow()
    {
        RoleSet set = RoleSetTests.Real();
        RoleTasks tasks = new(set, TaskSplit.Evaluation, Small);
        Role role = tasks.Roles[1];
        string text = set.Decode(set.TextOf(role)[..Small.Characters]);
        (string SupportIn, string SupportOut, string QueryIn, string QueryOut) = Filled(set, tasks, 1);
        Assert.Equal((text[..60], text[1..61]), (SupportIn, SupportOut));
        Assert.Equal((text[60..140], text[61..141]), (QueryIn, QueryOut));
        Assert.Equal(new Shape(20), tasks.TargetShape);
        Assert.Equal(tasks.TargetShape, TaskShape.Of(tasks).Target);
    }

    [SkippableFact]
    public void Draw_n_of_a_role_is_the_same_every_time_lies_in_its_text_and_differs_from_the_others()
    {
        RoleSet set = RoleSetTests.Real();
        RoleTasks tasks = new(set, TaskSplit.Training, Small), again = new(set, TaskSplit.Training, Small), other = new(set, TaskSplit.Training, Small with { Seed = 8 });
        int roles = tasks.Roles.Count;
        string whole = set.Decode(set.TextOf(tasks.Roles[2]));
        string[] draws = [.. Enumerable.Range(0, 20).Select(draw => set.Decode(tasks.CharactersOf(2 + (draw * roles))))];
        Assert.All(draws, draw => Assert.Contains(draw, whole));
        Assert.Equal(20, draws.Distinct().Count());
        Assert.Equal(draws, Enumerable.Range(0, 20).Select(draw => set.Decode(again.CharactersOf(2 + (draw * roles)))));
        Assert.NotEqual(draws[1..], Enumerable.Range(1, 19).Select(draw => set.Decode(other.CharactersOf(2 + (draw * roles)))));
    }

    [SkippableFact]
    public void No_role_is_both_learned_from_and_measured_on()
    {
        RoleSet set = RoleSetTests.Real();
        Assert.Empty(new RoleTasks(set, TaskSplit.Training).Roles.Intersect(new RoleTasks(set, TaskSplit.Evaluation).Roles));
    }

    [SkippableFact]
    public void Tasks_that_the_shortest_role_has_no_room_for_are_refused_by_its_name()
    {
        RoleSet set = RoleSetTests.Real();
        string message = Assert.Throws<ArgumentException>(() => new RoleTasks(set, TaskSplit.Training, new RoleTaskOptions { Window = 40, Support = 10, Query = 30 })).Message;
        Assert.Contains("1601 characters", message);
        Assert.Contains("has 10", message);
        Assert.Throws<ArgumentException>(() => new RoleTasks(set, TaskSplit.Training, new RoleTaskOptions { Window = 0 }));
        Assert.Throws<ArgumentException>(() => new RoleTasks(set, TaskSplit.Training, Small).Fill(0, new float[60], new float[3], new float[80], new float[4]));
    }

    [SkippableFact]
    public void Redrawn_tasks_give_a_role_its_next_draw_each_time_and_keep_its_targets_shape()
    {
        RoleSet set = RoleSetTests.Real();
        RoleTasks tasks = new(set, TaskSplit.Training, Small);
        RedrawnTasks redrawn = new(tasks, tasks.Roles.Count);
        Assert.Equal(tasks.TargetShape, redrawn.TargetShape);
        for (int draw = 0; draw < 3; draw++)
        {
            Assert.Equal(Filled(set, tasks, 5 + ((long)draw << 32)), Filled(set, redrawn, 5));
        }

        Assert.Throws<ArgumentException>(() => Filled(set, redrawn, tasks.Roles.Count));
    }

    private static (string SupportIn, string SupportOut, string QueryIn, string QueryOut) Filled(RoleSet set, ITaskSource tasks, long task)
    {
        float[] supportIn = new float[60], supportOut = new float[60], queryIn = new float[80], queryOut = new float[80];
        tasks.Fill(task, supportIn, supportOut, queryIn, queryOut);
        string Text(float[] numbers) => set.Decode([.. numbers.Select(number => (byte)number)]);
        return (Text(supportIn), Text(supportOut), Text(queryIn), Text(queryOut));
    }
}
