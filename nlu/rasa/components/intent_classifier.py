"""Rasa component: what is asked, an aspect of a procedure or a skill."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.rasa.components.calibration import train_calibrated
from nlu.rasa.components.linear import Linear, Recipe


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(IntentClassifier, GraphComponent):
    """Sets `intent` and `intent_ranking`."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: Linear | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LinearIntentClassifier":  # fmt: skip
        """Return an untrained component."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> "LinearIntentClassifier":  # fmt: skip
        """Return the component with the model that `train` stored."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Linear.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the examples' intents and store the model."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        texts = [message.get(TEXT) for message in examples]
        self._model = train_calibrated(texts, [message.get(INTENT) for message in examples], name="intents", recipe=Recipe(parts=False))
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the training data as they are."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the ranked intents of each message."""
        for message in messages:
            ranked = self._model.probabilities(message.get(TEXT) or "") if self._model else []
            named = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: p} for name, p in ranked[:10]]
            if named:
                message.set(INTENT, named[0], add_to_output=True)
            message.set("intent_ranking", named, add_to_output=True)
        return messages
