using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace McpGateway.Grains.Tests.Seam;

public sealed class CompositionTests
{
    [Fact]
    public void AddEmbeddedGrains_Assembly_FindsItsGrainClasses()
    {
        var services = new ServiceCollection().AddEmbeddedGrains(typeof(CallGrain).Assembly);
        var found = services.Select(static service => service.ImplementationInstance).OfType<GrainClasses>().Single().Types;
        found.ShouldContain(typeof(CallGrain));
        found.ShouldAllBe(static type => type.IsSubclassOf(typeof(GatewayGrain)) && !type.IsAbstract);
    }

    [Fact]
    public void AddGatewayGrains_EveryInterfaceOfTheContract_HasItsClass()
    {
        var classes = new ServiceCollection().AddGatewayGrains()
            .Select(static service => service.ImplementationInstance).OfType<GrainClasses>().SelectMany(static found => found.Types).ToList();
        var interfaces = typeof(IGatewayGrain).Assembly.GetTypes().Where(static type => type.IsInterface && type != typeof(IGatewayGrain) && type.IsAssignableTo(typeof(IGatewayGrain)));
        interfaces.Where(contract => !classes.Exists(contract.IsAssignableFrom)).ShouldBeEmpty();
    }

    [Fact]
    public async Task AddEmbeddedGrains_SeveralTimes_Adds()
    {
        await using var provider = new ServiceCollection().AddLogging().AddSingleton<Probe>()
            .AddEmbeddedGrains(typeof(CallGrain)).AddEmbeddedGrains(typeof(TurnGrain), typeof(CallGrain)).BuildServiceProvider();
        (await provider.GetRequiredService<IGrains>().Get<ICallGrain>("one").AddAsync(1).Soon()).ShouldBe(2);
        await provider.GetRequiredService<IGrains>().Get<ITurnGrain>("one").CountAsync().Soon();
        provider.GetServices<IHostedService>().Count().ShouldBe(1);
    }

    [Fact]
    public void GrainClasses_ThatDoNotFit_AreAllNamedAtTheStart()
    {
        using var provider = new ServiceCollection().AddLogging()
            .AddEmbeddedGrains(typeof(TwiceGrain), typeof(AlsoTwiceGrain), typeof(NoInterfaceGrain), typeof(TwoInterfacesGrain), typeof(string))
            .BuildServiceProvider();
        var message = Should.Throw<InvalidOperationException>(() => provider.GetServices<IHostedService>().ToList()).Message;
        message.ShouldContain("ITwiceGrain is implemented by");
        message.ShouldContain("NoInterfaceGrain implements 0 grain interfaces instead of one.");
        message.ShouldContain("TwoInterfacesGrain implements 2 grain interfaces instead of one.");
        message.ShouldContain("System.String does not derive from GatewayGrain.");
    }

    [Fact]
    public void GrainClasses_OfOneName_AreRefused()
    {
        using var provider = new ServiceCollection().AddLogging().AddEmbeddedGrains(typeof(CallGrain), typeof(Elsewhere.CallGrain)).BuildServiceProvider();
        Should.Throw<InvalidOperationException>(() => provider.GetServices<IHostedService>().ToList()).Message.ShouldContain("'call'");
    }

    [Fact]
    public void Options_OutOfRange_AreAllNamedAtTheStart()
    {
        using var provider = new ServiceCollection().AddLogging().AddEmbeddedGrains(typeof(CallGrain))
            .Configure<EmbeddedHostOptions>(static options => (options.IdleAfter, options.MaxQueuedTurns, options.BreakStreams) = (TimeSpan.Zero, 0, 2))
            .BuildServiceProvider();
        Should.Throw<OptionsValidationException>(() => provider.GetServices<IHostedService>().ToList()).Failures.Count().ShouldBe(3);
    }

    [Fact]
    public void Grain_MadeByHand_IsRefused() =>
        Should.Throw<InvalidOperationException>(() => new TwiceGrain()).Message.ShouldContain("made by their host");

    [Theory]
    [InlineData(typeof(TimeoutException), true)]
    [InlineData(typeof(GrainStreamBrokenException), true)]
    [InlineData(typeof(GrainUnavailableException), true)]
    [InlineData(typeof(GrainStateConflictException), true)]
    [InlineData(typeof(InvalidOperationException), false)]
    [InlineData(typeof(OperationCanceledException), false)]
    public void GrainFailure_OfTheWayToTheGrain_IsTransient(Type exception, bool transient) =>
        GrainFailure.IsTransient((Exception)Activator.CreateInstance(exception)!).ShouldBe(transient);

    internal interface ITwiceGrain : IGatewayGrain;

    internal interface IOtherGrain : IGatewayGrain;

    internal static class Elsewhere
    {
        internal interface ICallGrain : IGatewayGrain;

        internal sealed class CallGrain : GatewayGrain, ICallGrain;
    }

    internal sealed class TwiceGrain : GatewayGrain, ITwiceGrain;

    internal sealed class AlsoTwiceGrain : GatewayGrain, ITwiceGrain;

    internal sealed class NoInterfaceGrain : GatewayGrain;

    internal sealed class TwoInterfacesGrain : GatewayGrain, ITwiceGrain, IOtherGrain;
}
