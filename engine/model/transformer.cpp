#include "engine/model/transformer.h"

#include <ATen/ATen.h>

#include <utility>

#include "engine/model/upload.h"

namespace assay::engine {
namespace {

/// w · x / sqrt(mean(x²) + eps): the mean in float32, the result cast back before the multiplication. LibTorch's own,
/// given the weight, would multiply first; without it, it is the rest of this in one kernel.
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  return at::rms_norm(x, {x.size(-1)}, {}, eps).mul_(weight);
}

struct Rotation {
  at::Tensor cos, sin;  // [tokens, 1, d / 2]
};

/// The half-split rotary embedding. heads: [tokens, heads, d]
at::Tensor rotated(const at::Tensor& heads, const Rotation& by) {
  const at::Tensor halves = heads.unflatten(-1, {2, -1});  // [tokens, heads, 2, d / 2]
  const at::Tensor turned = halves * by.cos.unsqueeze(1);
  turned.select(2, 0).addcmul_(halves.select(2, 1), by.sin, -1);
  turned.select(2, 1).addcmul_(halves.select(2, 0), by.sin);
  return turned.flatten(-2);
}

/// Rows next to each other that one attention call takes: as many queries, as many keys, slots in a row or none.
struct Group {
  std::int64_t rows = 0, queries = 0, begin = 0, run = 0, length = 0, slot = -1;
  std::int64_t first_query = 0, first_token = 0;  ///< in the packed queries and tokens

  [[nodiscard]] bool takes(const Group& row) const {
    return row.queries == queries && row.begin == begin && row.run == run && row.length == length &&
           (slot < 0 ? row.slot < 0 : row.slot == slot + rows);
  }
};

std::vector<Group> groups_of(std::span<const RowPass> rows, const std::vector<std::int64_t>& queries) {
  std::vector<Group> groups;
  std::int64_t query = 0, token = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t run = rows[i].end - rows[i].begin;
    if (run == 0) continue;
    const Group row{1,     queries[i], rows[i].begin, run, static_cast<std::int64_t>(rows[i].ids.size()), rows[i].slot,
                    query, token};
    if (!groups.empty() && groups.back().takes(row)) {
      ++groups.back().rows;
    } else {
      groups.push_back(row);
    }
    query += queries[i];
    token += run;
  }
  return groups;
}

/// One layer's keys or values of a group, what is kept among them: [rows, kv_heads, length, d].
/// @param fresh [tokens, kv_heads, d] @param kept the layer's part of the pool
at::Tensor gathered(const Group& group, const at::Tensor& fresh, const at::Tensor& kept) {
  const at::Tensor mine = fresh.narrow(0, group.first_token, group.rows * group.run)
                              .view({group.rows, group.run, fresh.size(1), fresh.size(2)})
                              .transpose(1, 2);
  if (group.slot < 0) return mine;
  const at::Tensor slots = kept.narrow(0, group.slot, group.rows);
  slots.narrow(2, group.begin, group.run).copy_(mine);
  return slots.narrow(2, 0, group.length);
}

struct Heads {
  std::int64_t query, kv, size;
};

/// What attention takes of a layer's input. queries: [q, heads, d], keys, values: [tokens, kv_heads, d]
struct Projected {
  at::Tensor queries, keys, values;
};

/// Full attention: no mask, so the query heads that share a key head are as good as more queries of one head, and no
/// key is copied. → [q, heads · d]
at::Tensor attention(const std::vector<Group>& groups, const Heads& heads, const Projected& all,
                     const at::Tensor& kept_keys, const at::Tensor& kept_values) {
  const std::int64_t shared = heads.query / heads.kv;
  std::vector<at::Tensor> parts;
  parts.reserve(groups.size());
  for (const Group& group : groups) {
    const at::Tensor k = gathered(group, all.keys, kept_keys), v = gathered(group, all.values, kept_values);
    const at::Tensor q = all.queries.narrow(0, group.first_query, group.rows * group.queries)
                             .view({group.rows, group.queries, heads.kv, shared, heads.size})
                             .permute({0, 2, 3, 1, 4})
                             .reshape({group.rows, heads.kv, shared * group.queries, heads.size});
    parts.push_back(at::scaled_dot_product_attention(q, k, v)
                        .reshape({group.rows, heads.kv, shared, group.queries, heads.size})
                        .permute({0, 3, 1, 2, 4})
                        .reshape({group.rows * group.queries, heads.query * heads.size}));
  }
  return parts.size() == 1 ? parts.front() : at::cat(parts);
}

Projected projected(const at::Tensor& normed, const LayerWeights& layer, const Heads& heads, const Rotation& rotation) {
  const at::Tensor all =
      at::linear(normed, layer.qkv, layer.qkv_bias).view({-1, heads.query + 2 * heads.kv, heads.size});
  const at::Tensor turned = rotated(all.narrow(1, 0, heads.query + heads.kv), rotation);
  return {turned.narrow(1, 0, heads.query), turned.narrow(1, heads.query, heads.kv),
          all.narrow(1, heads.query + heads.kv, heads.kv)};
}

/// With the queries of the `wanted` tokens alone.
Projected projected_for(const at::Tensor& wanted, const at::Tensor& normed, const LayerWeights& layer,
                        const Heads& heads, const Rotation& rotation) {
  const std::int64_t first = heads.query * heads.size, rest = layer.qkv.size(0) - first;
  const at::Tensor kv = at::linear(normed, layer.qkv.narrow(0, first, rest), layer.qkv_bias.narrow(0, first, rest))
                            .view({-1, 2 * heads.kv, heads.size});
  const at::Tensor queries =
      at::linear(normed.index_select(0, wanted), layer.qkv.narrow(0, 0, first), layer.qkv_bias.narrow(0, 0, first))
          .view({-1, heads.query, heads.size});
  return {rotated(queries, {rotation.cos.index_select(0, wanted), rotation.sin.index_select(0, wanted)}),
          rotated(kv.narrow(1, 0, heads.kv), rotation), kv.narrow(1, heads.kv, heads.kv)};
}

/// down(silu(gate(x)) · up(x))
at::Tensor mlp(const at::Tensor& normed, const LayerWeights& layer) {
  const at::Tensor wide = at::linear(normed, layer.gate_up);
  const std::int64_t half = wide.size(1) / 2;
  return at::linear(at::silu(wide.narrow(1, 0, half)).mul_(wide.narrow(1, half, half)), layer.down);
}

/// Lists of numbers on a device, in one copy.
std::vector<at::Tensor> on_device(std::initializer_list<const std::vector<std::int64_t>*> lists, at::Device device) {
  std::vector<std::int64_t> all, sizes;
  for (const auto* list : lists) {
    all.insert(all.end(), list->begin(), list->end());
    sizes.push_back(static_cast<std::int64_t>(list->size()));
  }
  return uploaded(all, device).split_with_sizes(sizes);
}

/// Where in the pack the wanted outputs lie, and in which order they are handed out.
struct Plan {
  std::vector<std::int64_t> ids, positions;      ///< of each packed token
  std::vector<std::int64_t> whole, selected;     ///< queries a row: of all its tokens, of those that are wanted
  std::vector<std::int64_t> tokens;              ///< the wanted ones, ascending in each row
  std::vector<std::int64_t> order;               ///< each output among the wanted, and the slots behind them
  std::vector<std::int64_t> left_from, left_to;  ///< which of the wanted the slots keep

  explicit Plan(std::span<const RowPass> rows) {
    std::vector<std::pair<std::size_t, std::int64_t>> from_slots;  // output, slot
    for (const RowPass& row : rows) {
      const auto first = static_cast<std::int64_t>(ids.size());
      const std::size_t before = tokens.size();
      for (std::int64_t i = row.begin; i < row.end; ++i) {
        ids.push_back(row.ids[static_cast<std::size_t>(i)]);
        positions.push_back(i);
      }
      if (row.keep_left >= 0) {
        left_from.push_back(static_cast<std::int64_t>(tokens.size()));
        left_to.push_back(row.slot);
        tokens.push_back(first + row.keep_left - row.begin);
      }
      for (const std::int64_t output : row.outputs) {
        if (output < row.begin) {
          from_slots.emplace_back(order.size(), row.slot);
          order.push_back(0);
          continue;
        }
        const std::int64_t token = first + output - row.begin;
        if (tokens.size() == before || tokens.back() != token) tokens.push_back(token);
        order.push_back(static_cast<std::int64_t>(tokens.size()) - 1);
      }
      whole.push_back(row.end - row.begin);
      selected.push_back(static_cast<std::int64_t>(tokens.size() - before));
    }
    for (const auto& [output, slot] : from_slots) order[output] = static_cast<std::int64_t>(tokens.size()) + slot;
  }

  /// All that was computed, in the order in which it is wanted.
  [[nodiscard]] bool in_order() const {
    if (order.size() != tokens.size()) return false;
    for (std::size_t i = 0; i < order.size(); ++i)
      if (order[i] != static_cast<std::int64_t>(i)) return false;
    return true;
  }
};

}  // namespace

Transformer::Transformer(ModelConfig config, Weights weights)
    : config_(std::move(config)), weights_(std::move(weights)) {
  const auto wide = at::TensorOptions().device(options().device()).dtype(at::kDouble);
  const at::Tensor exponents = at::arange(0, config_.head_size(), 2, wide) / static_cast<double>(config_.head_size());
  angles_ = at::pow(config_.rope_theta, exponents).reciprocal().to(at::kFloat);
}

at::Tensor Transformer::outputs(std::span<const RowPass> rows, KeyValuePool* pool) const {
  const at::Device device = options().device();
  const Plan plan(rows);
  const std::vector<Group> groups = groups_of(rows, plan.whole), last_groups = groups_of(rows, plan.selected);
  const std::vector<at::Tensor> there =
      on_device({&plan.ids, &plan.positions, &plan.tokens, &plan.left_to, &plan.left_from, &plan.order}, device);
  const at::Tensor &ids = there[0], &positions = there[1], &wanted = there[2], &left_to = there[3],
                   &left_from = there[4], &order = there[5];
  if (plan.ids.empty())  // all that is wanted was kept
    return rms_norm(pool->left().index_select(0, order), weights_.norm, config_.rms_norm_eps);

  at::Tensor x = at::embedding(weights_.embedding, ids);                    // [tokens, hidden]
  const at::Tensor turn = positions.to(at::kFloat).unsqueeze(1) * angles_;  // [tokens, d / 2]
  const Rotation rotation{turn.cos().to(x.scalar_type()).unsqueeze(1), turn.sin().to(x.scalar_type()).unsqueeze(1)};

  const Heads heads{config_.num_attention_heads, config_.num_key_value_heads, config_.head_size()};
  for (std::size_t i = 0; i < weights_.layers.size(); ++i) {
    const LayerWeights& layer = weights_.layers[i];
    const bool last = i + 1 == weights_.layers.size();  // behind its keys and values only what is wanted goes on
    const at::Tensor normed = rms_norm(x, layer.input_norm, config_.rms_norm_eps);
    const Projected all =
        last ? projected_for(wanted, normed, layer, heads, rotation) : projected(normed, layer, heads, rotation);
    if (last) x = x.index_select(0, wanted);
    const auto of_layer = static_cast<std::int64_t>(i);
    const at::Tensor seen =
        attention(last ? last_groups : groups, heads, all, pool ? pool->keys(of_layer) : at::Tensor(),
                  pool ? pool->values(of_layer) : at::Tensor());
    x = x + at::linear(seen, layer.output);
    x = x + mlp(rms_norm(x, layer.attention_norm, config_.rms_norm_eps), layer);
  }

  if (!plan.left_from.empty()) pool->left().index_copy_(0, left_to, x.index_select(0, left_from));
  if (!plan.in_order()) {
    const bool from_slots = pool && !plan.order.empty();
    x = (from_slots ? at::cat({x, pool->left()}) : x).index_select(0, order);
  }
  return rms_norm(x, weights_.norm, config_.rms_norm_eps);
}

at::Tensor Transformer::logits(const at::Tensor& outputs) const {
  return at::linear(outputs, weights_.head).to(at::kFloat);
}

}  // namespace assay::engine
