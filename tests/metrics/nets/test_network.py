"""Every trunk builds, embeds and learns; freezing keeps what it says to the bit."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.errors import TrainingError
from metrics.nets.freezing import freeze
from metrics.nets.network import EmbeddingNetwork, Head, NetworkConfig
from metrics.nets.pooling import GeneralisedMean
from metrics.nets.trunks import TRUNKS, trunk_names, trunk_spec

torch.set_num_threads(1)  # the machine is shared, and two threads that wait for one core crawl


def network(trunk: str = "compact", **changes: object) -> EmbeddingNetwork:
    torch.manual_seed(0)
    return EmbeddingNetwork(NetworkConfig(**{"trunk": trunk, "dim": 8, "side_px": 32, **changes}))


def a_step(net: EmbeddingNetwork) -> None:
    """One step of plain gradient descent with decay on whatever is not frozen."""
    images = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    optimiser = torch.optim.SGD(net.parameters(), 0.1, weight_decay=0.1)
    (net(images) * torch.arange(8.0)).sum().backward()
    optimiser.step()


@pytest.mark.parametrize("name", trunk_names())
def test_every_trunk_gives_its_dim_and_learns_only_its_last_block_when_told_to(name: str) -> None:
    net = network(name)
    freeze(net, "all-but-last-block")
    before = {key: value.clone() for key, value in net.state_dict().items()}
    a_step(net)
    after = net.state_dict()
    moved = {key for key in before if not torch.equal(before[key], after[key])}
    learning = tuple(f"trunk.{block}." for block in TRUNKS[name].last_block)
    trunk_moved = {key for key in moved if key.startswith("trunk.")}
    assert trunk_moved
    assert all(key.startswith(learning) for key in trunk_moved)
    for block in learning:
        assert any(key.startswith(block) for key in trunk_moved)
    assert "head.linear.weight" in moved
    assert all(torch.isfinite(value).all() for value in after.values())
    assert net.eval().trunk(torch.zeros(1, 3, 32, 32)).shape[1] == TRUNKS[name].dim


def test_embeddings_have_unit_length_inside_the_graph() -> None:
    net = network().eval()
    lengths = net(torch.randn(5, 3, 32, 32)).norm(dim=1)
    assert torch.allclose(lengths, torch.ones(5), atol=1e-5)


def test_the_compact_trunk_takes_other_sizes_than_it_was_built_for() -> None:
    net = network(dim=256).eval()
    for side_px in (33, 64, 96, 160):
        assert net(torch.randn(1, 3, side_px, side_px)).shape == (1, 256)
    assert 1.5e6 < sum(p.numel() for p in net.parameters()) < 3e6


def test_a_frozen_trunk_keeps_parameters_and_statistics_to_the_bit_also_after_train() -> None:
    net = network()
    freeze(net, "all")
    net.train()
    before = {key: value.clone() for key, value in net.state_dict().items()}
    a_step(net)
    after = net.state_dict()
    for key in before:
        rests = not key.startswith("head.") or key == "head.norm.bias"
        assert torch.equal(before[key], after[key]) == rests, key


def test_batchnorm_statistics_can_rest_while_weights_learn() -> None:
    net = network()
    freeze(net, "none", batchnorm=True)
    net.train()
    before = {key: value.clone() for key, value in net.state_dict().items()}
    a_step(net)
    after = net.state_dict()
    statistics = [k for k in before if k.startswith("trunk.") and "running" in k]
    assert statistics
    assert all(torch.equal(before[key], after[key]) for key in statistics)
    assert not torch.equal(before["trunk.stem.0.weight"], after["trunk.stem.0.weight"])


def test_what_was_frozen_is_set_free_again() -> None:
    net = network()
    freeze(net, "all")
    freeze(net, "none")
    assert all(p.requires_grad for p in net.parameters())
    assert all(module.training for module in net.modules())


def test_gem_is_the_mean_at_one_and_nears_the_maximum() -> None:
    features = torch.rand(2, 3, 4, 4)
    assert torch.allclose(GeneralisedMean(1.0)(features), features.mean((2, 3)), atol=1e-5)
    near = GeneralisedMean(200.0)(features)
    assert torch.allclose(near, features.amax((2, 3)), rtol=0.03)
    by_hand = ((1**3 + 2**3 + 0 + 0) / 4) ** (1 / 3)
    one = torch.tensor([[[[1.0, 2.0], [0.0, -5.0]]]])
    assert GeneralisedMean()(one).item() == pytest.approx(by_hand, rel=1e-5)


def test_a_head_of_several_layers_ends_in_the_last_ones_width() -> None:
    config = NetworkConfig(side_px=32).with_embedder_layers((12, 10, 6))
    net = EmbeddingNetwork(config).eval()
    assert config.dim == 6
    assert net(torch.randn(2, 3, 32, 32)).shape == (2, 6)
    assert [m.out_features for m in net.head.modules() if isinstance(m, torch.nn.Linear)] == [
        12,
        10,
        6,
    ]


def test_a_head_learns_no_offset_so_training_embeddings_stay_centred() -> None:
    torch.manual_seed(0)
    head = Head(6, 4).train()
    optimiser = torch.optim.SGD(head.parameters(), lr=1.0)
    features = torch.rand(64, 6)

    for _ in range(3):
        optimiser.zero_grad()
        (head(features) - 5).square().mean().backward()  # what an offset would serve
        optimiser.step()

    torch.testing.assert_close(head(features).mean(dim=0), torch.zeros(4), atol=1e-5, rtol=0)


def test_an_unknown_trunk_is_answered_with_the_close_ones() -> None:
    with pytest.raises(TrainingError, match=r"no trunk called 'resnet5'\. Did you mean resnet50"):
        trunk_spec("resnet5")
    with pytest.raises(TrainingError, match="Choose from compact"):
        trunk_spec("xyz")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"side_px": 16}, "too small"),
        ({"trunk": "vit_s_16", "side_px": 100}, "no multiple"),
        ({"trunk": "vit_s_16", "pooling": "gem"}, "GeM"),
        ({"pooling": "max"}, "pooling called 'max'"),
        ({"dim": 0}, "widths of at least 1"),
        ({"hidden": (4, -1)}, "widths of at least 1"),
        ({"dropout": 1.0}, "no share"),
    ],
)
def test_a_network_that_cannot_be_is_refused_in_one_sentence(changes: dict, words: str) -> None:
    with pytest.raises(TrainingError, match=words) as caught:
        network(**changes)
    assert "\n" not in str(caught.value)


def test_an_unknown_way_of_freezing_is_refused() -> None:
    with pytest.raises(TrainingError, match="Did you mean all-but-last-block"):
        freeze(network(), "all-but-last")  # type: ignore[arg-type]


def test_an_embedder_without_layers_is_refused() -> None:
    with pytest.raises(TrainingError, match="no dim"):
        NetworkConfig().with_embedder_layers(())
