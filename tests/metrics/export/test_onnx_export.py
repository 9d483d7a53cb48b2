from __future__ import annotations

import copy

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import onnx
import torch

from common.errors import ModelBundleError
from metrics.export.onnx_export import HEAD_PREFIX, check_parity
from metrics.export.runtime import Model
from metrics.export.served import ServedNetwork, UnitLength, folded
from metrics.nets.network import Head
from tests.metrics.export.networks import network_of, prepared

PROBES = prepared(range(0, 64, 8))


def test_onnx_answers_as_torch_does_for_one_three_and_eight_images(exported):
    parity = check_parity(exported.network, exported.model, PROBES)

    assert parity.max_difference <= 1e-4
    assert parity.least_cosine >= 0.9999
    for count in (1, 3, 8):
        rows = Model(exported.model)(PROBES[:count])
        with torch.inference_mode():
            expected = exported.network(torch.from_numpy(PROBES[:count])).numpy()
        np.testing.assert_allclose(rows, expected, atol=1e-4)


def test_exported_vectors_have_unit_length_and_differ(exported):
    rows = Model(exported.model)(PROBES)

    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.ptp(rows, axis=0).max() > 1e-2


def test_no_batchnorm_is_left_in_the_model(exported):
    graph = onnx.load(exported.model).graph

    assert "BatchNormalization" not in {node.op_type for node in graph.node}
    head = [node.op_type for node in graph.node if node.name.startswith(HEAD_PREFIX)]
    assert head.count("Gemm") == 1


def test_another_network_than_the_exported_one_is_noticed(exported):
    other = copy.deepcopy(exported.network)
    linear = other.head[1][-1]
    linear.weight += 0.01 * linear.weight.roll(1, 0)

    with pytest.raises(ModelBundleError, match=r"differs from its network by .* Take another"):
        check_parity(other, exported.model, PROBES)


def test_parity_is_not_claimed_from_too_few_images(exported):
    with pytest.raises(ValueError, match="parity takes 8 images, not 3"):
        check_parity(exported.network, exported.model, PROBES[:3])


@pytest.mark.parametrize("hidden", [(), (24,)])
def test_a_folded_head_computes_what_the_head_does(hidden):
    torch.manual_seed(0)
    head = Head(16, 8, hidden, dropout=0.2)
    torch.nn.init.uniform_(head.norm.weight, 0.5, 2)
    torch.nn.init.normal_(head.norm.bias)
    with torch.no_grad():
        head(3 * torch.randn(64, 16) + 1)
    head.eval()
    features = torch.randn(5, 16)

    with torch.no_grad():
        torch.testing.assert_close(folded(head).eval()(features), head(features))


def test_exporting_leaves_the_network_as_it_was():
    network = network_of("compact").train()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}

    ServedNetwork.of(network)(torch.from_numpy(PROBES))

    assert network.training
    assert all(parameter.requires_grad for parameter in network.parameters())
    assert all(torch.equal(before[name], t) for name, t in network.state_dict().items())


def test_a_row_of_zeros_stays_so():
    rows = UnitLength()(torch.tensor([[0.0, 0.0], [3.0, 4.0]]))

    torch.testing.assert_close(rows, torch.tensor([[0.0, 0.0], [0.6, 0.8]]))


def test_the_model_tells_nothing_of_the_machine_it_was_exported_on(exported):
    content = exported.model.read_bytes()
    for trace in (b"site-packages", b"metrics/nets", b".py"):
        assert trace not in content
